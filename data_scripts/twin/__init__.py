"""The parts of the maker of the MovieLens twin: movies, people, tastes, choices, ratings, folds."""

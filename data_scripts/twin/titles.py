"""Invent titles: words put together by chance, in the way the real list writes its titles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data_scripts.twin.movies import GENRE_NAMES, Movies

UNKNOWN_TITLE = "unknown"  # the real list has such an entry, and so do people's cleaning steps
FOREIGN_GENRES = {"Drama", "Romance", "Comedy", "Documentary"}
FOREIGN_SHARE = 0.08

ADJECTIVES = (
    "Amber", "Brittle", "Careless", "Copper", "Crooked", "Distant", "Eleventh", "Faithful",
    "Feathered", "Forgotten", "Gentle", "Gilded", "Hollow", "Honest", "Hungry", "Idle", "Ivory",
    "Lesser", "Lonesome", "Midwinter", "Nameless", "Narrow", "Ninth", "Overgrown", "Painted",
    "Patient", "Paper", "Quiet", "Reluctant", "Restless", "Salt", "Second-Hand", "Silent",
    "Sleepless", "Slow", "Stubborn", "Tarnished", "Unwritten", "Upside-Down", "Velvet",
    "Wandering", "Weightless", "Wicked", "Yellow", "Borrowed", "Counterfeit", "Drowsy", "Marble",
)  # fmt: skip
PLACES = (
    "Alder Bay", "Ashgrove", "Bellweather", "Brackwater", "Calloway", "Cinder Hill", "Corvane",
    "Dunmarrow", "Eastmere", "Elmsport", "Farrowdale", "Fennimore", "Glasshouse Lane", "Greyhaven",
    "Harrowgate", "Hazel Street", "Ironwood", "Juniper Flats", "Kestrel Point", "Larkspur",
    "Lower Quay", "Marlstone", "Milldew", "Northwick", "Oldfield", "Oxbow Creek", "Pemberley Road",
    "Port Saffron", "Quillon", "Redwater", "Rookwood", "Saint Orla", "Silverlode", "Tamarind",
    "Thistledown", "Umberton", "Velmont", "Westerly", "Wexcombe", "Yarrow Falls",
)  # fmt: skip
FIRST_NAMES = (
    "Abel", "Adelaide", "Barnaby", "Beatrix", "Casper", "Clementine", "Dorothea", "Edmund",
    "Esther", "Felix", "Florian", "Greta", "Horace", "Imogen", "Jasper", "Josephine", "Lionel",
    "Lucinda", "Magnus", "Marguerite", "Nell", "Odette", "Oscar", "Petra", "Quentin", "Rosalind",
    "Silas", "Tabitha", "Ursula", "Victor", "Wilhelmina", "Zachary",
)  # fmt: skip
LAST_NAMES = (
    "Abernethy", "Birdsall", "Carrick", "Dunleavy", "Ellery", "Fairweather", "Gallowglass",
    "Hobday", "Inkpen", "Jessop", "Kettleworth", "Lovelock", "Merriwether", "Nightingale",
    "Oakenshaw", "Pennyfeather", "Quickfall", "Ravensdale", "Smallbone", "Tredwell", "Underhay",
    "Vickery", "Winterbourne", "Yardley",
)  # fmt: skip
VERBS = (
    "Leaving", "Forgetting", "Crossing", "Finding", "Inventing", "Remembering", "Burying",
    "Waking", "Chasing", "Mapping", "Outrunning", "Painting", "Losing", "Reading", "Trading",
)  # fmt: skip
NOUNS = {
    "Action": ("Detonator", "Convoy", "Ricochet", "Gauntlet", "Payload", "Tripwire", "Pursuit",
               "Ambush", "Marksman", "Overload", "Backdraught", "Freight"),
    "Adventure": ("Compass", "Expedition", "Caravan", "Map", "Lagoon", "Voyage", "Summit",
                  "Treasure", "Castaway", "Monsoon", "River", "Astrolabe"),
    "Animation": ("Toymaker", "Pinwheel", "Hedgehog", "Marionette", "Inkwell", "Snow Goose",
                  "Teacup", "Kite", "Music Box", "Fox Cub"),
    "Children's": ("Kite", "Treehouse", "Puppy", "Balloon", "Snowman", "Pony", "Lighthouse Cat",
                   "Magic Trunk", "Summer Camp", "Bicycle", "Dragonfly", "Sandcastle"),
    "Comedy": ("Butler", "Wedding", "Uncle", "Landlord", "Mix-Up", "Dentist", "Umbrella", "Reunion",
               "Neighbors", "Toupee", "Honeymoon", "Chauffeur", "Bachelors", "Parrot", "Banquet"),
    "Crime": ("Alibi", "Ledger", "Heist", "Informer", "Bagman", "Verdict", "Locksmith", "Witness",
              "Forger", "Getaway", "Precinct", "Safecracker"),
    "Documentary": ("Archive", "Harvest", "Fishermen", "Choir", "Glacier", "Marathon",
                    "Beekeepers", "Newsroom", "Coalfields", "Orchestra"),
    "Drama": ("Daughters", "Orchard", "Letters", "Inheritance", "Seamstress", "Schoolmaster",
              "Promise", "Harbor", "Winter", "Widow", "Confession", "Piano", "Sisters", "Vineyard",
              "Portrait", "Brothers", "Silence", "Season", "Farewell", "Bridge"),
    "Fantasy": ("Enchanter", "Unicorn", "Amulet", "Thirteenth Bell", "Changeling", "Moon Gate",
                "Giant", "Wishing Well"),
    "Film-Noir": ("Shadow", "Cigarette", "Alley", "Blackmail", "Widow", "Streetlamp", "Dame",
                  "Telegram", "Nightcap", "Pier"),
    "Horror": ("Cellar", "Crypt", "Howl", "Mourner", "Scarecrow", "Possession", "Morgue", "Coven",
               "Nightmare", "Swarm", "Undertaker", "Attic"),
    "Musical": ("Serenade", "Chorus", "Encore", "Waltz", "Bandstand", "Melody", "Footlights",
                "Cabaret", "Overture"),
    "Mystery": ("Riddle", "Locked Room", "Cipher", "Disappearance", "Clue", "Portrait",
                "Masquerade", "Clockmaker", "Secret", "Staircase"),
    "Romance": ("Valentine", "Proposal", "Sweetheart", "Kiss", "Rendezvous", "Bouquet", "Suitor",
                "Love Letter", "Moonlight", "Honeysuckle", "Bride", "Dance"),
    "Sci-Fi": ("Android", "Orbit", "Signal", "Colony", "Nebula", "Replica", "Satellite",
               "Wormhole", "Star Harbor", "Machine", "Parallax", "Starship"),
    "Thriller": ("Stranger", "Hostage", "Deadline", "Conspiracy", "Stairwell", "Double",
                 "Ransom Note", "Fugitive Hour", "Blind Spot", "Passenger", "Surveillance",
                 "Countdown"),
    "War": ("Battalion", "Armistice", "Trench", "Regiment", "Medic", "Bugler", "Siege",
            "Parachute", "Frontier", "Deserters"),
    "Western": ("Sheriff", "Gunslinger", "Homestead", "Stagecoach", "Outlaw", "Prairie",
                "Mustang", "Rustlers", "Saloon"),
    "unknown": ("Reel", "Print", "Fragment"),
}  # fmt: skip
# Invented titles in other tongues with an English one, for the encoding of the file to matter.
FOREIGN = (
    ("Été à {place}, Un", "A Summer in {place}"), ("Élève, L'", "The {adjective} Pupil"),
    ("Señora de {place}, La", "The Lady of {place}"), ("Mädchen aus {place}, Das",
    "The Girl from {place}"), ("Café {place}", "The {adjective} Café"),
    ("Père de {last}, Le", "{last}'s Father"), ("Frühling in {place}", "Spring in {place}"),
    ("Noël chez {first}", "Christmas with {first}"), ("Corazón de {place}, El", "Heart of {place}"),
    ("Città di {first}, La", "The City of {first}"), ("Fenêtre sur {place}, La",
    "A Window on {place}"), ("Niño y {first}, El", "The Boy and {first}"),
)  # fmt: skip
# How the titles are built, and how often; articles stand at the end, as in the real list.
PATTERNS = (
    ("{adjective} {noun}, The", 16), ("{noun} of {place}, The", 15), ("{first}'s {noun}", 9),
    ("{verb} {place}", 8), ("{adjective} {noun}", 11), ("{first} {last}", 5),
    ("{adjective} {noun}, A", 5), ("{noun} at {place}", 7), ("{verb} the {noun}", 7),
    ("{noun} and {first}, The", 4), ("{place}", 2), ("{adjective} {noun} of {place}, The", 4),
    ("{first} and the {noun}", 5), ("{last} {noun}, The", 5), ("Mr. {last}'s {noun}", 2),
)  # fmt: skip


def _pick(generator: np.random.Generator, words: Sequence[str]) -> str:
    return words[int(generator.integers(len(words)))]


def _draw_title(generator: np.random.Generator, genres: list[str]) -> str:
    """Draw one title, its noun from one of the movie's genres."""
    words = {
        "adjective": _pick(generator, ADJECTIVES),
        "place": _pick(generator, PLACES),
        "first": _pick(generator, FIRST_NAMES),
        "last": _pick(generator, LAST_NAMES),
        "verb": _pick(generator, VERBS),
        "noun": _pick(generator, NOUNS[_pick(generator, genres)]),
    }
    weights = np.cumsum([weight for _, weight in PATTERNS])
    place = int(np.searchsorted(weights, generator.random() * weights[-1], side="right"))
    pattern = PATTERNS[place][0]
    if FOREIGN_GENRES.issuperset(genres) and generator.random() < FOREIGN_SHARE:
        original, english = FOREIGN[int(generator.integers(len(FOREIGN)))]
        pattern = f"{original} ({english})"
    return pattern.format(**words)


def invent_titles(generator: np.random.Generator, movies: Movies) -> list[str]:
    """Invent a title for each movie, all of them different, each with its year in brackets.

    Parameters
    ----------
    generator : numpy.random.Generator
        The source of chance.
    movies : Movies
        Genres decide on a title's words, years follow it.

    Returns
    -------
    list of str
        Such as ``"Orchard of Velmont, The (1995)"``; ``"unknown"`` where the year is 0.
    """
    titles: list[str] = []
    taken: set[str] = set()
    for flags, year in zip(movies.genres, movies.years, strict=True):
        genres = [GENRE_NAMES[place] for place in np.flatnonzero(flags)]
        title = _draw_title(generator, genres)
        while title in taken:
            title = _draw_title(generator, genres)
        taken.add(title)
        titles.append(f"{title} ({year})" if year else UNKNOWN_TITLE)
    return titles

"""Scripts that make the data files which the package ships."""

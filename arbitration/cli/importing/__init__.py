"""Reading the files that `arbitration import` takes."""

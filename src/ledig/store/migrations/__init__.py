"""How the tables came to be what they are, a step a file, named after its revision."""

from pathlib import Path

FOLDER = Path(__file__).parent
NEWEST = max(file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*.py"))

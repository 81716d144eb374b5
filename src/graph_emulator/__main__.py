from graph_emulator.cli import app

app()

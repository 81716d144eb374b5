from ledig.cli import main

main()

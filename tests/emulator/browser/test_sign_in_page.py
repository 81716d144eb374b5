"""The sign-in page itself: for keyboards, screen readers and strict browsers."""




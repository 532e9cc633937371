"""An answer in other forms. It was judged elsewhere; nothing is added to it here."""

"""How the documentation's site is made: pages that come from the code, links that leave the site, and llms.txt."""

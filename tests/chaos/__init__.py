"""``make chaos``: the whole program under mixed load, killed a hundred times and treated badly in every other way."""

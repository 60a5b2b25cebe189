"""Report forms as data (a TOML file each), and what people write into them."""

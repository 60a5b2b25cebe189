"""Questions about documents: asked, answered, and what nobody could answer."""

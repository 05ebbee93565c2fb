"""What crosses a border between stages: frozen data without logic."""

"""What sections say of weights that they do not use."""

from multilevel.report.blocks import Paragraph
from multilevel.report.context import Context


def unweighted(c: Context) -> tuple[Paragraph, ...]:
    """Where page one has the weighted model's numbers: that a section's are others."""
    return (c.paragraph("estimates.unweighted"),) if c.leading.weighted else ()

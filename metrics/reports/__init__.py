"""
Numbers for people: stored reports and the tiles of the operations page.

figures      the quantities of reports and tiles with their targets, and their values over a time
performance  the weekly performance report
capacity     the monthly capacity review
document     a report as sections, written as HTML and as Markdown
charts       SVG line charts, for reports and for the load tools
formats      how numbers are written
tiles        the tiles of the operations page
"""

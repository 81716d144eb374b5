"""Maps in, drawings out.

osm.read        a map file becomes a plan (plan.Plan)
binding         read_rows, bind, rebind: a list of rooms becomes bookable rooms on the plan
drawing.draw    a plan becomes GeoJSON; geojson.encode and geojson.version name its bytes
report.lines    how much of everything there is
errors          what can go wrong, in sentences for people
"""

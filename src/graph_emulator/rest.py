"""The rest of a path, whatever is in it: Starlette's own "path" ends at a line feed, which comes as %0A."""

from starlette.convertors import PathConvertor, register_url_convertor


class _Rest(PathConvertor):
    regex = "(?s:.*)"


register_url_convertor("rest", _Rest())

REST = "/{rest:rest}"

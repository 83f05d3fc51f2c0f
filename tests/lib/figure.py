"""One form for every figure of a benchmark: NAME VALUE UNIT goal OP VALUE ok|short."""


def figure(name, value, unit, op, goal):
    """Print a figure beside its goal; `op` is `>=` or `<=`."""
    met = value >= goal if op == '>=' else value <= goal
    print(f'{name} {value:.4g} {unit} goal {op} {goal:g} {"ok" if met else "short"}', flush=True)

"""One form for every figure of a benchmark: NAME VALUE UNIT goal OP VALUE ok|short."""


def figure(name, value, unit, op, goal):
    """Print a figure beside its goal; `op` is `>=` or `<=`."""
    met = value >= goal if op == '>=' else value <= goal
    shown = f'{value:.0f}' if abs(value) >= 1000 else f'{value:.4g}'
    print(f'{name} {shown} {unit} goal {op} {goal:g} {"ok" if met else "short"}', flush=True)


def told(text):
    """Print what has no goal, or why a figure is missing."""
    print(f'# {text}', flush=True)

variants-use = Use it
variants-offered = Made for it, not used yet
variants-whole-tree = The whole tree
variants-against-parent = Against the parent
variants-what-changed = what people changed

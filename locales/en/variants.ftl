variants-use = Use it
variants-offered = Made for it, not used yet

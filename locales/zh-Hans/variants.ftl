variants-use = 用它
variants-offered = 已生成，还没用

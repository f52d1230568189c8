variants-use = 用它
variants-offered = 已生成，还没用
variants-whole-tree = 整棵树
variants-against-parent = 和上一稿对照
variants-what-changed = 看人改了什么

bin-title = 回收站
bin-title-projects = 回收站里的项目
bin-note = 删除的内容在这里保留三十天，之后连同图片和声音彻底清除。
bin-empty = 回收站是空的。
bin-what = 内容
bin-kind = 类型
bin-when = 删除时间
bin-left = 清除时间
bin-restore = 还原
bin-days = { $n ->
    [0] 今天
   *[other] { $n } 天后
  }
bin-restored = 「{ $title }」已还原。
bin-piece-first = 它所属的作品也在回收站，请先还原作品。
bin-name-used = 这个名字已被占用，请先给那一个改名。
bin-noun-idea = 选题
bin-noun-prompt = 提示词
bin-noun-piece = 作品
bin-noun-variant = 版本稿
bin-noun-channel = 频道
bin-noun-experiment = 实验
bin-noun-play = 心得
bin-noun-project = 项目
bin-noun-reference = 参照集

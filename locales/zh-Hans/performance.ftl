# 表现
performance-heading = { $n ->
    [0] 暂无明显高于频道平常水平的发布
   *[other] { $n } 条发布撑起了这一页的注意力
  }
performance-heading-variants = 每个版本稿带来了什么
performance-heading-channels = 各频道 28 天带来了什么
performance-none-title = 还没有数字
performance-none = 发布之后才有数字：来自平台、导出文件，或模拟观众。
performance-lead = 每条发布只与同一频道、发布时长相同的发布比较。
performance-export = 导出 CSV
performance-by = 查看方式
performance-by-publications = 发布
performance-by-variants = 版本稿
performance-by-channels = 频道
performance-head-publications = 发布
performance-head-variants = 版本稿
performance-head-channels = 频道
performance-channel = 频道
performance-all-channels = 全部频道
performance-metric = 图中指标
performance-show = 显示
performance-chart = 最近 28 天，按天
performance-source = 各频道合计
performance-real = 真实数据
performance-hook = 钩住率
performance-hold = 留住率
performance-completion = 完播率
performance-engagement = 互动值（折合点赞）
performance-index = 播放指数
performance-of-starts = { $value }（占开播）
performance-not-offered = 平台不提供
performance-not-yet = 尚未提供
performance-withheld = 平台未公布
performance-posts = { $n } 条发布
performance-note = 指数：同龄播放量与频道最近 20 条中位数之比，1.0 为平常，至少要有 8 条。互动值按评论 3、收藏 4、分享 5、关注 10、点击 2 个赞折算，属于假设。版本稿只回看最近 200 条发布。单条发布的观众并非随机分配，数据仅供参考。
metric-name-impressions = 展示量
metric-name-views = 播放量
metric-name-hooks = 看过 3 秒
metric-name-holds = 看过 15 秒
metric-name-completions = 完播
metric-name-likes = 点赞
metric-name-comments = 评论
metric-name-saves = 收藏
metric-name-shares = 分享
metric-name-follows = 关注
metric-name-clicks = 点击
metric-name-watch_seconds = 观看秒数

lineage-heading = { $n } 份版本稿的来龙去脉
lineage-published = { $n ->
    [0] 还没有发布过。
   *[other] 发布了 { $n } 次。
  }
lineage-stale-count = { $n } 份已经过时：上一稿后来改了。
lineage-idea = 选题
lineage-no-idea = 没有留下选题
lineage-run = 生成任务
lineage-hand = 人写的
lineage-stale = 过时：上一稿改过
lineage-views = { $n } 次播放
lineage-hooked = 钩住率 { $n } %
lineage-simulated = 模拟

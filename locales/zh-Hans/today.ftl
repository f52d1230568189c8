today-title-first = 先走完第一轮
today-title = { $n ->
    [0] 现在没有要你处理的
   *[other] 有 { $n } 件事等你拿主意
  }
today-start = 先看这 { $n } 份初稿
today-loop = 一轮循环
today-leg-none = 尚无记录
today-leg-minutes = { $n } 分钟
today-leg-hours = { $n } 小时
today-leg-days = { $n } 天
today-there = { $city } { $time }
today-shortlisted = 入围选题
today-of-ideas = 共 { $n } 个
today-drafted = 已出版本稿
today-wait = { $n ->
    [0] 没有待看的
   *[other] { $n } 份待人过目
  }
today-scheduled = 已排期
today-looks = { $n ->
    [0] 没有待确认的
   *[other] { $n } 条待人工确认
  }
today-live = 已发，在看数据
today-open-experiments = { $n ->
    [0] 没有进行中的实验
   *[other] { $n } 个实验进行中
  }
today-plays = 心得入册
today-callable = { $n ->
    [0] 还没有能下结论的
   *[other] { $n } 个可以下结论
  }
today-eye = 等你过目
today-all-drafts = 全部 { $n } 份
today-eye-empty = 每份初稿都有了结论。
today-review = 审阅
today-look = 待人工确认
today-decide = 看一下
today-call = 可以下结论了
today-call-empty = 没有进行中的实验。手上有两份版本稿时，就让它们比一比。
today-experiment = 实验
today-leader = 领先
today-chance = 胜出概率
today-viewers = 观众
today-keep-going = 再等等
today-call-it = 可以定了
today-going = 接下来发出
today-going-empty = 未来两天没有安排。
today-working = 正在跑
today-working-empty = 没有任务在跑。
job-kind-run = 正在起草
job-kind-prompts-seed = 写第一批提示词
job-kind-channels-seed = 开通首批频道
job-kind-sample-fill = 填充示例项目
job-kind-import = 读取文件
job-kind-experiments-simulate = 模拟观众投票中
steps-title = 第一轮
steps-done = 已完成 { $n }／6
steps-set-up = 开办工作室
steps-set-up-note = 已完成，一切都留在这台机器上。
steps-perspective = 写下项目的立意
steps-perspective-note = 一句话就够，每条提示词都带着它，每份初稿都拿它来衡量。例如：戏曲就是敲着锣鼓讲的八卦。
steps-perspective-go = 填写全部资料
steps-ideas = 起草十二个选题
steps-ideas-note = 草稿模板（非 AI）离线、免费，也会如实标明。
steps-choose = 在选稿台上取舍
steps-choose-note = 把选题变成初稿，通过、淘汰或修改。你的理由会用来改进下一批。
steps-choose-go = 去选稿台
steps-draft-go = 从选题起草
steps-publish = 发布到模拟频道
steps-publish-note = 模拟观众马上就看，它的数据到处都带斜纹标记。
steps-publish-go = 去排期
steps-learn = 给实验下结论
steps-learn-note = 两份版本稿见同一批观众，胜出的写成心得，心得指引下一批。
steps-learn-go = 开一个实验
sample-name = 新耳听戏
sample-niche = 戏曲
sample-perspective = 戏曲就是敲着锣鼓讲的八卦。
sample-audience = 东南亚三十岁以下、觉得戏曲太慢的年轻人。
sample-style = 句子要短，不用老师腔。专名照观众的叫法写。结尾留一个让人想回答的问题。

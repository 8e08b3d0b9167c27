"""The words of Chinese and English news pages around an article, as patterns; no page or site by name.

All match text as `rag.text.fold` gives it: Simplified, half width, lower case (so 報導 is 报导).
"""

import re

from ingest.dates import DATE as _DATE


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.VERBOSE)


_ZONE = "(?:utc|gmt|bst|cet|cst|hkt|jst|est|edt|et|pst|pdt|z)"
_TIME = rf"(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s?[ap]\.?m\.?)?|\d{{1,2}}\.\d{{2}}(?=\s?(?:[ap]m|{_ZONE})\b))"
TIME = _pattern(_TIME)
WHEN = _pattern(
    rf"""{_DATE.pattern} | {_TIME} | \d{{1,2}}[-/月]\d{{1,2}}日?
    | 上午 | 下午 | 中午 | 晚上 | 凌晨 | 清晨 | 今天 | 昨天 | (?:星期|周|礼拜)[一二三四五六日天]
    | \d+\s?(?:秒|分钟?|小时|天|日|周|个?月|年)前 | 刚刚
    | \b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b | \byesterday\b
    | \b\d+\s(?:second|minute|min|hour|day|week|month|year)s?\sago\b
    | \b{_ZONE}\b
    | (?:utc|gmt)?[+-]\d{{1,2}}:?(?:00|30)\b | (?<=\d)t(?=\d)"""
)
"""Dates, times of day, week days, time zones, "3 小時前"."""
UPDATED = _pattern("更新 | 修[改订] | 编辑于 | updated | modified")

_PUBLISHED = r"""(?:
    (?:首次|最后)?(?:发[布表]|刊[登载]|出版|上架|上线|建立|更新|修[改订]|编辑)(?:时间|日期|于)
    | 日期 | 时间 | (?:最后)?(?:发[布表]|刊[登载]|出版|更新|修[改订])
    | (?:first\s|originally\s|last\s)?(?:published|posted|released|updated|modified)(?:\s(?:on|at))?
    | date )"""
_SOURCE = r"""(?:
    (?:新闻|文章|信息|消息|本文)?(?:来源|出处) | 稿源 | 转载自 | 转自 | source | publisher | via
    | (?:发[布文]|供稿|提供)(?:单位|机[关构]|部门) )"""
_AUTHOR = r"""(?:
    作者 | 发[布文][人者] | 文字?(?:[、/&]图)? | 撰[文稿] | 记者 | (?:责任|执行|本文|实习|值班)?(?:编辑|主编)
    | 责编 | 编译 | 翻译 | 译者? | 校对 | 审[校核] | 整理 | 采[访写] | 监制 | 策划 | 出品 | 排版 | 美编 | 制图
    | 通讯员 | 实习(?:生|记者) | 特约(?:记者|撰稿)
    | authors? | by | reporters? | editors? | editing | translators? )"""
_PICTURE = r"""(?:
    图[片源]?(?:来源)? | 照片(?:来源)? | 摄影?
    | (?:photo(?:graph)?s?|images?|picture)(?:\s(?:by|credit|source))? | credit )"""
_OTHER = r"""(?:
    (?:文章)?标签 | 关键[词字] | (?:全站|个人)?分类 | 栏目 | 文章编号 | 分享[到至]? | 字[号级体](?:大小)?
    | (?:本文|原文)(?:链接|连结|网址|地址|标题)? | 微信(?:公众号|号)? | 公众号
    | tags? | keywords? | categor(?:y|ies) | topics? | filed\sunder | share(?:\son)? )"""
_BY = r"""(?:
    (?:additional\s)?(?:(?:written|reporting|reported|edited|editing|story|words|text|photos?)\s)?by )"""
_ANY_LABEL = rf"(?:{_PUBLISHED}|{_SOURCE}|{_AUTHOR}|{_PICTURE}|{_OTHER})"
LABEL = _pattern(
    rf"""[\W_]* (?: (?: (?P<published>{_PUBLISHED}) | (?P<source>{_SOURCE}) | (?P<author>{_AUTHOR})
    | (?P<picture>{_PICTURE}) | (?P<other>{_OTHER}) ) \s*[:/|丨]\s* (?P<value>[^。?!]{{0,60}})
    | {_BY}\s (?P<name>[^\W\d][\w'.-]*(?:[\s,&]+[^\W\d][\w'.-]*){{1,7}}) )"""
)
BARE_LABEL = _pattern(rf"(?:{_PUBLISHED}|{_SOURCE}|{_AUTHOR}|{_OTHER})\s*:?")
PART = _pattern(
    rf"""\s{{2,}} | \s*[|丨·•]\s* | [\s,;/]+(?={_ANY_LABEL}\s*[:/丨]|{_BY}\s)
    | \s+(?=记者\w{{2,4}}|阅读|浏览|点击|点阅|评论|留言|人气)
    | (?<=\d)\s+(?=[^\W\d]) | (?<=[^\W\d])\s+(?=\d{{4}})"""
)
"""What separates the details of one line: "2025-12-03 10:30 某某報 記者王某／台北報導"."""
BYLINE = _pattern(
    r"""[\W_]* (?:
      [\w\s]{2,10}记者\s\w{2,4}
    | .{0,8}(?:记者|编译|通讯员|特派员)\s?[\w、·]{2,12}[/\s]?\w{0,8}(?:报[道导]|日电|专电|摄影?|撰文)
    | \w{2,6}中心[/\s].{0,12}报[道导]
    | (?:记者|作者|责任编辑|编辑|撰文|来源)\s\S{2,12} | 本?文?作者[为系是].{2,50} ) [\W_]*"""
)
REPORTER = _pattern(
    r"""(?:(?:记者|特派员|通讯员)\s?|(?:作者|撰文|编译)[\s:/]+)(?P<name>[^\W\d_]{2,4}?|[^\W\d_]+·[^\W\d_]+)
    (?=[/\s)]|报[道导]|日电|专电|$)"""
)
"""Who a byline names: 記者林以安／台北報導."""
DATELINE = _pattern(
    r"""[(【\[]\s?(?P<agency>[^\s()\[\]【】\d]{2,10}?[社报网台])
    (?:特派|驻.{2,6})?(?:记者|综合|\d|[^()\[\]【】]{0,12}[电讯])"""
)
"""The agency that a wire report begins with: （某某社記者…電）."""
COUNT = _pattern(
    r"""[\W_]* (?:
      (?:阅读|浏览|点击|点阅|观看|人气|评论|留言|分享|收藏|点?赞|赞同|在看
        |views?|reads?|shares?|comments?|likes?|reading\stime)
      (?:[量数]|[人次]数|人次|时[间长])? [\s:(]*约?\s*[\d,.]+\s*[万km]?\s*(?:[次人则条]|分钟?|min(?:ute)?s?)?
    | [\d,.]+\s*[万km]?\s*[次人则条]?\s*
      (?:阅读|浏览|点阅|观看|评论|views?|reads?|shares?|comments?|likes?|followers?)
    | (?:约|全文|本文)?[共约]?\s*[\d,]+\s*字(?:.{0,6}阅读.{0,12})?
    | (?:预计)?阅读(?:时[间长]|本文)?.{0,4}\d+\s*分钟?
    | \d+[\s-]?min(?:ute)?s?[\s-]read | [\d,.]+[万km]? ) [\W_]*"""
)
PUBLISHER = _pattern(
    r"""(?! .*(?:相关|热门|即时|最新|今日|独家|更多|国际|国内|财经|社会|体育|娱乐|科技|政治|地方|生活|焦点
          |健康|两岸|产业|综合)(?:新闻|财经|要闻|快讯|资讯|报[道导])?$
        | (?:local|latest|breaking|national|top|more)\snews$ )
    .{1,24} (?:[报社网台] | 新闻 | 快讯 | 资讯 | 电视 | [周月]刊 | 杂志 | 在线 | 通讯 | 财经 | 传媒
      | 研究[院所] | 部落格 | 博客)
    | .{0,40} (?:news|post|times|daily|journal|press|media|herald|tribune|review|weekly|magazine|tv|wire|blog
      |gazette|chronicle|courier|observer|bulletin|\.(?:com|net|org|cn|tw|hk)(?:\.\w\w)?)"""
)

BUTTON = _pattern(
    r"""分享 | 转[发贴] | 列印 | 打印(?:本页)? | 收藏 | (?:加入)?书签 | 点?赞 | 喜欢 | 留言 | 评论 | 回[应复]
    | 规范 | (?:复制)?(?:链接|连结|网址) | 字[级号体] | 大小 | 放大 | 缩小 | [大中小] | 收听
    | 附件 | 下载 | 列表
    | 听新闻 | 朗读 | 语音 | 播放
    | 暂停 | 收看影片 | 约?\d+\s?分钟 | 全文 | 展开 | 收起 | (?:查看|显示|载入)?更多 | 了解更多
    | 返回 | 目录 | 回(?:到)?(?:首页|顶[部端]|上一?页|列表) | 首页 | 主页 | [上下]一页 | 关闭(?:窗口|视窗)?
    | 跳[到至](?:主文|主要内容) | 选单 | 菜单 | 搜[索寻] | 登[录入] | 注册 | 追踪 | 关注 | 订阅 | 举报 | 检举
    | 微信 | 微博 | 朋友圈 | 空间 | 信箱 | 邮件 | 寄给朋友 | 到 | 至 | 本文 | 这篇文章 | 我们
    | 加入我们 | 关于我们
    | 联[系络]我们 | 隐私权?(?:政策|声明|条款|保护)? | (?:服务|使用者?)(?:条款|协议)
    | 网站(?:地图|导览) | 广告(?:刊登|合作|服务)? | 招聘 | 人才招募 | 客服(?:中心)? | 帮助(?:中心)?
    | 意见 | 反馈 | 投稿 | 友情链接 | 手机版 | 电脑版 | 会员(?:中心|专区)? | [繁简]体(?:中文)?
    | 立即(?:行动|前往|购买|报名)
    | 即时 | 要闻 | 新闻 | 娱乐 | 运动 | 体育 | 全球 | 国际 | 国内 | 社会 | 地方 | 产经 | 财经 | 股[市票]
    | 基金 | 滚动 | 公告 | 大盘 | 房[市产] | 生活 | 科技 | 军事 | 健康 | 教育 | 汽车 | 文化 | 政治
    | 两岸 | 旅游
    | 影音 | 视频 | 专题 | 论坛
    | (?<![a-z])(?: facebook|fb|line|twitter|x|threads|instagram|ig|telegram|whatsapp|linkedin|reddit
      |pinterest|youtube|google|rss|qq|wechat|weibo|e-?mail|mail|print|share|save|copy|link|tweet|pin|comments?|likes?|follow
      |subscribe|listen|sign\s(?:in|up)|log\s?in|register|menu|search|home|skip\sto\s(?:main\s)?(?:content|navigation)|back|top
      |next|previous|about|contact|us|privacy|policy|terms|of|service|use|and|to|on|this|article|story|cookies?
      |settings|sitemap|advertise(?:\swith\sus)?|careers|help|faq|status|press|blog|(?:learn|show|load)?\s?more
      |read\sfull|a[+-]?|english|news|sports?|business|world|politics|opinion|culture|tech(?:nology)?|science
      |health|travel|lifestyle|entertainment|arts|innovation|audio|video|markets|sustainability|local|weather
      |money|finance|economy|education|climate )(?![a-z])"""
)
"""What buttons and menus say; a line is made of them when nothing else is left of it."""

_VERB = r"""
    (?:请|欢迎|快来?|马上|立[即刻]|现在就?|赶[快紧]|点击.{0,8}|点[此我个]|点一下|免费|一键|please\s|now\s)*
    (?:下载|安装|扫[描码]|扫一扫|长按|识别|关注|追踪|订阅|按?赞|加入|注册|登录|添加
    |follow|download|subscribe|sign\sup|join|get|like|install|scan|register|try)"""
_CLAUSE = r"(?:^ | [\s!?。:;》」|~-] | ,(?=欢迎|立即|马上|请|点))"
CALL = _pattern(
    rf"""{_CLAUSE} {_VERB} (?:.{{0,15}}?|[a-z\s]{{0,30}}?)
    (?:app | 应用程[序式] | 客户端 | [二2]维码 | 行动条码 | qr\s?code | 公众号 | 粉丝(?:专页|团) | 粉专
    | 电子报 | 频道 | 群组 | 社[群团] | 官方(?:[账帐]号|微) | newsletter | new\sposts | inbox | channel
    | line(?:@|官方|好友|\s) | telegram
    | podcast | google\s?(?:news|新闻))"""
)
"""An invitation to the site's app, channel or newsletter."""
SHORT_CALL = _pattern(
    rf"""{_CLAUSE} {_VERB} .{{0,12}}?
    (?:我们 | 会员 | 手机 | 当前页 | [账帐]号 | 用户 | 行列 | facebook | instagram | youtube | account
    | \bus\b | \bour\b) | 点个?.{{0,3}}(?:在看 | 赞 | 关注)"""
)
READER = _pattern(r"[您你] | 我们 | 立[即刻] | 马上 | 欢迎 | 免费 | \b(?:you|your|us|our|free)\b")
CONSENT = _pattern(
    r""".{0,60}(?:建议使用.{0,60}浏览器 | (?:enable|requires)\sjavascript | 浏览器.{0,12}不支[持援])
    | (?=.*(?:cookie|隐私)) (?=.*(?:本网站|本站|我们|this\s(?:web)?site|\bwe\suse|\bour\b))
    .*(?:同意|接受|继续浏览|体验|设[置定]|政策|accept|agree|consent|experience|polic|preferences)"""
)
RIGHTS = _pattern(
    r"""[\W_]* (?:
      © | \(c\) | copyright\b.{0,3}(?:©|\d{4}|\(c\)|by|notice|all) | disclaimer
    | re(?:published|printed)\swith
    | the\s(?:views|opinions)\sexpressed
    | this\s(?:article|story|post)\s(?:was|is|has\sbeen)\s(?:originally\s|first\s|re)?published
    | 版权(?:所有(?![人者])|声明|归|信息|说明) | 著作权(?:声明|所有) | 翻印必究 | 转载(?:请|须|自|说明)
    | a\sversion\sof\sthis\sarticle | (?:风险提示[及与和]?)?免责(?:声明|条款) | 声明[:\s]
    | (?:特别|法律|转载|郑重|网站)声明 | (?:文章|内容|图片|资料)来源于
    | 本(?:文|站|网站?|内容|报[道导]|稿)件?的?
      (?:版权|著作权|[仅只]?(?:代表|供)|不(?:代表|构成)|转载|[由经].{0,20}(?:授权|许可|转载)
      |[为系].{0,10}原创|来自|首发|原[载刊])
    | 本(?:网站|站|网|报)之?.{0,12}[非未]经
    | [未非]经.{0,12}(?:授权|许可|允许|同意).{0,8}(?:不得|请勿|禁止|严禁)
    | 如(?!何).{0,3}侵权 | 以上(?:内容|观点|文章|信息)?[仅只不].{0,6}(?:代表|供|构成) )
    | .{0,80} (?:
      all\srights\sreserved | 不构成.{0,6}(?:投资|财务|法律|医疗).{0,3}(?:建议|意见) | icp[备证] | 公网安备
    | 版权所有(?![人者]) | 侵权必究 | 不得转[载贴] )"""
)
END_MARK = _pattern(r"[\W_]* (?:完 | [全本正]文完 | (?:the\s)?end | fin) [\W_]*")
PAGE_NUMBER = _pattern(
    r"""[\W_]* (?:第\s?\d+\s?页(?:\W*共\s?\d+\s?页)? | 共\s?\d+\s?页 | page\s\d+(?:\s(?:of|/)\s\d+)?) [\W_]*
    | [-–—]\s?\d+\s?[-–—]"""
)
ADVERT = _pattern(
    r"""[\W_]* (?:广告 | 赞助(?:内容|商)? | 请?继续往下(?:阅读|看|滑).* | 文章未完.*
    | (?:点击)?(?:查看|展开|阅读)全文
    | advertisement | sponsored(?:\scontent)? | continue\sreading.* | (?:story|article)\scontinues\sbelow.*
    | scroll\sto\scontinue.*) [\W_]*"""
)
RELATED = _pattern(
    r"""[\W_]* (?:
      (?:延伸|推荐|相关|扩展|继续|猜你想?|更多|精彩|热门|最新|精选|同类|其[他它]|编辑|人气)\s?
      (?:阅读|文章|新闻|报[道导]|推荐|内容|链接|连结|资讯|消息|话题|专题|主题|影音|视频|精选|排行榜?|标签
      |关键[字词]|看点|点阅|点击|搜[寻索]){1,2}
    | 更多.{0,6}(?:故事|文章|新闻|报[道导]|内容) | (?:看|阅读)更多.{0,12}
    | explore\smore.{0,30} | 猜你喜欢 | [上下前后]一[篇则]
    | 你(?:可能|也许)[也还会]*(?:喜欢|感兴趣|想看).{0,6} | (?:大家|其他人|网友)[都也]在看
    | related\s(?:articles?|stor(?:y|ies)|posts?|news|content|topics?|(?:internet\s)?links?|coverage|reading)
    | (?:also\s)?read(?:\smore|\snext|\salso) | you\s(?:may|might)\salso\slike | trending(?:\snow)?
    | (?:more|latest|top|trending)\s(?:news|stories|articles|posts|(?:from|on|in)\s.{1,30})
    | recommended(?:\sfor\syou|\sreading)? | most\s(?:read|popular|viewed)
    | (?:previous|next)\s(?:article|post|story) )
    (?:\s*\(.{0,10}\))? [^\w:|>»]* (?:[:|>»]\W*(?P<title>.*\w.*))? [\W_]*"""
)
"""Leads to other articles: as a header, or with the title of one behind it."""
COMMENTS = _pattern(
    r"""[\W_]* \d*\s? (?:(?:网友|读者|全部|最新|热门)?(?:评论|留言|回应)[区板]? | 发表(?:评论|留言)
    | comments? | discussion.{0,20} | leave\sa\s(?:reply|comment)
    | join\sthe\s(?:conversation|discussion)) \W* \d* \W* [条则篇]?"""
)
HOME = _pattern(r"(?:.{0,8}(?:位置|here)\s?:?\s?)?(?:首页|主页|home)")
SENTENCE_END = re.compile(r"(?<=[a-z0-9)\"”'’%])\.[\"”'’)]?(?:\s|$)")

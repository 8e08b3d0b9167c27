"""Questions about an article itself: its title, its day of publication, its source, its author.

The whole question has to be one, so that what only mentions an article (「報導中的工廠何時啟用」) is none.
All patterns are matched against folded text: Simplified, half width, lower case.
"""

import re
from collections.abc import Mapping
from functools import cache

from rag.asked import Asked
from rag.prompts_articles import Particular

LONGEST = 120
"""Characters; a longer question says more than what the article is."""

_NOUN = r"(?:文章|报道|报导|新闻稿|新闻|稿件|稿子|专栏|社论|专文|贴文|帖子|推文|(?<![论散课征范])文)"
_TOPIC = r"(?:(?:关于|有关|针对|讨论|介绍|谈|讲述?|报[道导])[^?]{1,30}?的)"
_ARTICLE = (
    rf"(?:(?:(?:上述|上面|前述|原始?|你引用的)?(?:[这该此本那]|你?给的"
    rf"|提供的)?一?[篇则个份条]?{_TOPIC}?{_NOUN}|[这该那]一?[篇则][^?,。的]{{0,12}}?{_NOUN}"
    rf"|(?!.*(?:提到|提及|引用|所述))[^?,。的]{{2,20}}的(?:报道|报导|新闻|文章)|本文|原文|这一?篇|该篇|此篇)(?:本身)?)"
)
_OF = r"的?"
_IS = r"(?:是|为|叫做?|写的?是|在|于|呢)*"
_WHAT = r"(?:什么|何|哪一?个|多少)?"
_WHEN = (
    r"(?:(?:在|于|是)*(?:何时|何[年月日]|什么时[候间]|哪一?[年天月日]|哪年哪月(?:哪日)?"
    r"|几[月号]几?[日号]?|哪一?个月|多久以?前|几年前|几天前))"
)
_MEDIUM = r"(?:媒体|网站|报纸|报社|报|刊物|平台|新闻网|杂志|通讯社|机构|单位|来源|地方|出版社|公司|家)"
_WHICH_MEDIUM = rf"(?:(?:哪|什么|何)一?[家个份里儿处本]?{_MEDIUM}?|谁)"
_WRITE = r"(?:撰写|写|撰稿|撰文?|执笔|采访|采写|编写|编译|整理|报[道导])"
_WRITER = r"(?:作者|记者|撰稿人?|撰文者?|执笔者?|执笔人|笔者|编辑|编译|写手|作家)"
_WHO = rf"(?:由|是|出自)*(?:谁|哪一?位|哪个|什么人|何人){_WRITER}?"
_PUBLISH = (
    r"(?:发[布表出稿文]?|刊[登出载]?|登[载出]?|见报|上[线架]|出[版刊来]|公[布开]|撰?写|报[道导]|发行|更新|po)"
)
_DAY = r"(?:日期|时间|日子|年份|年月日|日)"
_TITLE = r"(?:(?:新闻|文章|主|大|原)?标题|题目|篇名|文题|题名)"
_DONE = r"(?:的|了|出来的?|出去的?|在哪)?"

_CHINESE: Mapping[Particular, tuple[str, ...]] = {
    "title": (
        rf"{_ARTICLE}?{_OF}{_TITLE}{_IS}{_WHAT}(?:名字)?",
        rf"{_ARTICLE}(?:的?(?:名字|名称))?(?:是|叫做?|名叫|题为|名为|题作)+(?:什么|何)(?:名字|名称|题目"
        rf"|标题)?",
        rf"{_ARTICLE}的(?:名字|名称)",
        rf"(?:给我|列出|显示|写出){_ARTICLE}{_OF}{_TITLE}",
        rf"{_ARTICLE}(?:用|下|取)了?(?:什么|怎样的|什么样的){_TITLE}",
    ),
    "author": (
        rf"{_ARTICLE}?{_OF}{_WRITER}(?:的?(?:名字|姓名))?{_IS}(?:谁|哪一?位|什么(?:名字|人)?|何人)?",
        rf"{_ARTICLE}(?:是|由)*{_WHO}(?:所|来|负责)?{_WRITE}{_DONE}",
        rf"{_ARTICLE}(?:是)?{_WHO}(?:之手|的手笔|的作品)?(?:的)?",
        rf"(?:谁|哪一?位)是{_ARTICLE}的?{_WRITER}",
        rf"(?:这)?是?{_WHO}{_WRITE}了?的?{_ARTICLE}的?",
        rf"(?:这|此文)(?:是){_WHO}{_WRITE}的(?:{_ARTICLE})?",
        rf"{_WRITE}{_ARTICLE}的(?:人|{_WRITER})(?:是|叫)*(?:谁|哪一?位|什么(?:名字)?)?",
    ),
    "source": (
        rf"{_ARTICLE}{_OF}(?:消息|资料|文章|新闻)?(?:来源|出处|原始出处|媒体|(?:发布|刊登|出版"
        rf"|报[道导])(?:单位|媒体|机构|者|平台)?)"
        rf"{_IS}(?:什么|哪里|哪儿|何处|{_WHICH_MEDIUM})?",
        rf"(?:文章|新闻|报[道导])(?:来源|出处){_IS}(?:什么|哪里|哪儿|{_WHICH_MEDIUM})?",
        rf"{_ARTICLE}(?:是|最早|最初|原本)*(?:出自|来自|源自|取自|引自|摘自|转载自?|转自|从"
        rf"|由)(?:于)?{_WHICH_MEDIUM}"
        rf"(?:所?(?:来|{_PUBLISH}|转载|引用))?的?",
        rf"{_ARTICLE}(?:是|最早|最初|原本)*(?:在|于)?{_WHICH_MEDIUM}(?:上)?(?:所|独家)?{_PUBLISH}{_DONE}",
        rf"{_ARTICLE}(?:是|最早|最初|原本)*{_PUBLISH}(?:在|于){_WHICH_MEDIUM}(?:上)?的?",
        rf"{_ARTICLE}是{_WHICH_MEDIUM}的",
        rf"(?:是|这是)?(?:哪|什么)一?[家个份本]?{_MEDIUM}(?:独家)?(?:{_PUBLISH}|写)?[了的]*{_ARTICLE}的?",
    ),
    "published": (
        rf"{_ARTICLE}{_OF}{_PUBLISH}?{_OF}{_DAY}(?:是|为|在|于)*{_WHAT}{_WHEN}?",
        rf"(?:发[布表]|刊[登出]|见报|出刊|报[道导]){_DAY}(?:是|为)*{_WHAT}{_WHEN}?",
        rf"{_ARTICLE}(?:是|最早|最初)*{_WHEN}{_PUBLISH}{_DONE}",
        rf"{_ARTICLE}的?(?:是)?{_PUBLISH}(?:于|在|的)*(?:是|日期是|时间是)*{_WHEN}",
        rf"{_ARTICLE}(?:是)?{_WHEN}的(?:{_NOUN}|事)?",
        rf"(?:这是|是)?{_WHEN}(?:{_PUBLISH}[了的]*)?的?{_ARTICLE}的?",
        rf"{_ARTICLE}{_PUBLISH}(?:了|到现在|至今|已经?)*(?:多久|多少天|几天)了?",
    ),
}
_CHINESE_OPENING = re.compile(
    r"^(?:请问(?:一下)?|请?告诉我|我?想(?:知道|问|请教|确认)(?:一下)?|你?知道|能否告诉我|可以告诉我"
    r"|帮我查(?:一下)?|请|那么?)[,: ]*"
)
_CHINESE_END = re.compile(r"(?:[?!。. ]|呢|吗|啊|呀|来着|大概)+$")

_E_NOUN = (
    r"(?:(?:news |press |magazine |newspaper )?(?:article|report|story|piece|release|news|column|post|text"
    r"|document|write-up))"
)
_E_ABOUT = r"(?: (?:about|on|covering) (?:(?!mentioned|cited|quoted|described)[^?]){1,60}?)?"
_E_ARTICLE = rf"(?:(?:the|this|that|your) (?:above |original |given |source )?{_E_NOUN}{_E_ABOUT}|this)"
_E_NAMED = rf"(?:(?:the|this|that|your) (?:above |original |given |source )?{_E_NOUN}{_E_ABOUT})"
_E_OF = rf"(?: (?:of|for|on|in) {_E_NAMED})"
_E_PUBLISHED = (
    r"(?:first |originally )?(?:published|posted|written|released|dated|issued|printed|put out|run"
    r"|reported|uploaded|updated)"
)
_E_MEDIUM = (
    r"(?:site|website|outlet|media|media outlet|newspaper|paper|magazine|publication|publisher|news agency"
    r"|source|news site|news outlet|agency|platform)"
)
_ENGLISH: Mapping[Particular, tuple[str, ...]] = {
    "title": (
        rf"what(?:'s| is| was) (?:the )?(?:title|headline|heading){_E_OF}?",
        rf"what(?:'s| is| was) {_E_NAMED}'s? (?:title|headline|heading)",
        rf"(?:the )?(?:title|headline){_E_OF}?|article (?:title|headline)",
        rf"what(?:'s| is) {_E_NAMED} (?:called|titled|headlined|entitled)",
        rf"how is {_E_NAMED} (?:titled|headlined)",
        rf"what (?:title|headline) does {_E_NAMED} (?:have|carry|bear)",
    ),
    "author": (
        rf"who(?:'s| is| was| are)? (?:the )?(?:author|writer|reporter|journalist|editor)s?(?: (?:of"
        rf"|behind|for) {_E_NAMED})",
        rf"who(?:'s| is| was) {_E_NAMED}'s? (?:author|writer|reporter)",
        rf"who (?:wrote|authored|penned|reported|edited) {_E_NAMED}",
        rf"(?:by whom|who) was {_E_ARTICLE} (?:written|authored|penned)(?: by)?"
        rf"|who is {_E_NAMED} (?:written )?by",
        rf"(?:the )?(?:author|writer|byline){_E_OF}?|article author|what(?:'s| is) the byline{_E_OF}?",
        rf"(?:which|what) (?:reporter|journalist|writer)s? wrote {_E_NAMED}|who is the author",
        rf"what(?:'s| is) the (?:author|writer|reporter)'s name{_E_OF}?|what(?:'s"
        rf"| is) the name of the (?:author|writer){_E_OF}?",
    ),
    "source": (
        rf"what(?:'s| is| was) (?:the )?(?:source|publisher){_E_OF}|what(?:'s| is) {_E_NAMED}'s? (?:source"
        rf"|publisher)",
        rf"who (?:published|posted|released|ran|issued|printed) {_E_NAMED}|who(?:'s"
        rf"| is) the publisher{_E_OF}?",
        rf"(?:which|what) {_E_MEDIUM} (?:published|posted|released|ran|carried|printed|is behind|wrote"
        rf"|reported) {_E_NAMED}",
        rf"(?:where|in which {_E_MEDIUM}|on which {_E_MEDIUM}|by which {_E_MEDIUM}|in what {_E_MEDIUM}"
        rf"|on what {_E_MEDIUM}|by whom)"
        rf" (?:was|is) {_E_ARTICLE} {_E_PUBLISHED}",
        rf"where (?:does|did|is) {_E_NAMED} (?:come|originate|taken|appear)(?: from)?",
        rf"(?:which|what) {_E_MEDIUM} (?:does|did|is) {_E_NAMED} (?:come |taken )?(?:from|appear in)",
        rf"(?:the )?source{_E_OF}|article source|what {_E_MEDIUM} is {_E_ARTICLE} from"
        rf"|where is {_E_NAMED} from",
    ),
    "published": (
        rf"when (?:was|is|were) {_E_ARTICLE} {_E_PUBLISHED}|when did {_E_NAMED} (?:come out|appear"
        rf"|go online|run)",
        rf"(?:on |in )?(?:which|what) (?:date|day|year|month) (?:was|is) {_E_ARTICLE} {_E_PUBLISHED}",
        rf"what(?:'s| is| was) the (?:publication |publishing |release )?date{_E_OF}|what(?:'s| is"
        rf"| was) the (?:publication|publishing) date{_E_OF}?",
        rf"what(?:'s| is) {_E_NAMED}'s? (?:publication |release )?date|how (?:old|recent) is {_E_NAMED}",
        rf"(?:the )?(?:publication|release|publishing) date{_E_OF}?|(?:the )?date{_E_OF}|article date"
        rf"|date published",
        rf"when did (?:they|the \w+|you) (?:publish|post|release) {_E_NAMED}|what date is on {_E_NAMED}"
        rf"|how long ago was {_E_ARTICLE} {_E_PUBLISHED}",
    ),
}
_ENGLISH_OPENING = re.compile(
    r"^(?:please |tell me |can you tell me |could you tell me |do you know |i want to know "
    r"|i'd like to know |and |so )+"
)
_ENGLISH_END = re.compile(r"(?: please| exactly|[?!. ,])+$")


@cache
def _patterns() -> dict[Particular, re.Pattern[str]]:
    return {kind: re.compile("|".join((*_CHINESE[kind], *_ENGLISH[kind]))) for kind in _CHINESE}


def asked_about(asked: Asked) -> Particular | None:
    """The statement that answers: "title", "published", "source" or "author"; None for other questions."""
    if len(asked.folded) > LONGEST:
        return None
    question = asked.folded.strip().replace("’", "'")
    chinese = re.sub(r"(?<![a-z]) +| +(?![a-z])", "", question)
    chinese = _CHINESE_END.sub("", _CHINESE_OPENING.sub("", chinese))
    english = _ENGLISH_END.sub("", _ENGLISH_OPENING.sub("", question))
    return next(
        (
            kind
            for kind, pattern in _patterns().items()
            if pattern.fullmatch(chinese) or pattern.fullmatch(english)
        ),
        None,
    )

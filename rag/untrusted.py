"""Articles and questions are data: what in them speaks to a model instead of a reader, and what cannot be
seen.

Patterns of the genre of prompt injection, in Chinese and English; they know no article.
"""

import re
import unicodedata

from rag.text import fold

_QUOTED = re.compile(r"[「『“\"][^「」『』“”\"]{1,80}[」』”\"]")
_EARLIER = (
    r"(?:以上|上述|上面|前述|前面|先前|之前|此前|原[本有先来]|所有|一切|任何|系统|开发者)"
    r"(?:的|所有|一切|全部|那些|系统|给你|之)*"
)
_ORDERS = r"(?:指[示令]|指引|规则|规定|提示词?|命令|限制|设定|要求|约束|说明|内容|资料|提示语|对话|prompt)"
_MODEL = "(?:ai|language model|llm|assistant|chatbot|model)"
_CHINESE = re.compile(
    rf"(?:忽略|无视|忘[记掉却]|不[要用必]?(?:再)?(?:理会|遵守|遵循|管)|抛弃|推翻|覆盖|跳过|绕过|取消){_EARLIER}{_ORDERS}"
    rf"|(?:忽略|无视|忘[记掉]).{{0,6}}{_ORDERS}"
    r"|系统(?:提示(?:词|语)?|讯息|消息|指令|信息)[:：]|^(?:系统|助[手理]|用户|使用者|开发者)[:：]"
    r"|(?:显示|输出|印出|打印|透露|泄露|重复|复述|公开|列出|告诉我|给我|说出|交出|发送|传送).{0,12}"
    r"(?:系统提示|提示词|提示语|系统指令|prompt|(?:api|你的) ?-?(?:key|密钥|金钥|密码)|密钥|金钥|环境变[数量]"
    r"|初始指[令示])"
    r"|(?:你|妳|您)(?:现在|接下来|从现在)(?:起|开始)?(?:是|扮演|要|必须|只)"
    r"|(?:你|妳|您)(?:必须|应该|只[能要])(?:回答|回复|输出|扮演|忽略|说)|(?:进入|启用|切换到?)(?:越狱|开发者|管理员|上帝|调试)模式"
    r"|(?:直接|只|一律|改为|必须|务必|请)(?:回答|回复|输出|回应)(?:[:：「『“\" ]|以下)"
    r"|(?:致|给|告知|注意)[,，:： ]*(?:所有)?(?:ai|人工智[能慧]|语言模型|大模型|模型|聊天机器人|智能助[手理])"
    r"(?:助[手理])?[:：,，]"
    r"|(?:ai|语言模型|模型|助[手理]|机器人)(?:助[手理])?(?:读到|看到|阅读|处理)(?:这|本|此|以[上下])"
    r"|(?:ai|聊天|智能)(?:助[手理]|机器人)(?:请|务必)"
    r"|(?:你的)(?:回答|回复|答案|答复|回应|输出)|(?:回答|回复|答案|答复|回应)(?:的)?(?:里|中|末尾|最后|结尾|开头|前面|后面|时)"
    r"[,，]?(?:请|务必|必须|一律|都?要)?(?:加上?|附上?|插入|写上|加入|包含|放|说|回答)"
)
_ENGLISH = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,30}\b(?:instructions?|prompts?|rules|directions"
    r"|guidelines|above|previous|context|messages?|restrictions|safeguards)\b"
    r"|\b(?:system|developer|hidden|initial|secret) (?:prompt|message|instructions?)\b"
    r"|^(?:system|assistant|user|human|ai) ?:"
    r"|\b(?:reveal|print|show|repeat|output|leak|tell me|send|expose|dump|give me)\b.{0,30}\b(?:prompt"
    r"|api[ _-]?keys?|your (?:\w+ )?(?:instructions|rules|keys?|secrets?|passwords?|tokens?|credentials"
    r"|configuration)|environment variables?)\b"
    r"|\byou (?:are now|must now|should now|will now)\b"
    r"|\byou must (?:say|answer|reply|respond|output|ignore)\b"
    r"|\b(?:act as|pretend (?:to be|that you)|from now on,? (?:you|answer|reply|say))\b"
    r"|\b(?:developer|admin|debug|jailbreak|god|dan) mode\b|\bdo anything now\b|\bjailbreak"
    rf"|\b{_MODEL}s? (?:reading|processing|summari[sz]ing|answering) (?:this|the)\b"
    rf"|\b(?:note|message|attention|instructions?) (?:to|for) (?:the |any |all )?{_MODEL}s?\b"
    r"|\b(?:respond|reply|answer|output) (?:only|exactly|just|with)\b|\bsay (?:only|exactly|just)\b"
    r"|\byour (?:answer|response|reply|output)\b"
    r"|\b(?:add|append|insert) (?:the|this|a|an|following)\b.{0,20}\b(?:link|image|url)\b"
)
_MARKUP = re.compile(
    r"<\|[^|>]{0,40}\|>|\[/?(?:inst|system|assistant|user)\]|<<?/?sys>?>|</?(?:system|assistant|user|script|style|iframe|img|svg|object|embed"
    r"|form|a|div|span|p|b|i|body|html|meta|link|base|input|video|audio|details|sources?|question|instructions?)\b[^>]{0,200}>|<!--|-->"
    r"|!\[[^\]\n]{0,100}\]\(|^\[[^\]\n]{0,100}\]\(\S*$|\bjavascript:|\bdata:[a-z]+/"
    r"|^#{2,} ?(?:system|instruction|assistant|user|系统|指令)"
)
_ADDRESS = re.compile(r"\]\(|\b(?:https?|ftp|file)[:：]\s*/|\bwww\.[a-z\d]|//[a-z\d-]+\.[a-z]{2,}")
_TURNED = re.compile("[\u202d\u202e]")
_UNSEEN = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})


def visible(text: str) -> str:
    """The text without characters that cannot be seen: zero width, direction, tags, controls; tabs and line
    breaks become blanks."""
    kept = (" " if c in "\t\n\r\x0b\x0c\x85\u2028\u2029" else c for c in text)
    return "".join(c for c in kept if unicodedata.category(c) not in _UNSEEN)


def addresses_model(text: str) -> bool:
    """Whether a sentence gives orders to a model or imitates its markup; such a sentence is no evidence.

    What stands in quotation marks is reported, not ordered; markup, and text that is shown in another order
    than it is written in, is never an article's own words.
    """
    plain = fold(visible(text))
    if _MARKUP.search(plain) or _TURNED.search(text):
        return True
    ordered = _QUOTED.sub(" ", plain)
    return bool(_CHINESE.search(ordered) or _ENGLISH.search(ordered))


def unfit(text: str) -> bool:
    """Whether a sentence of a model holds what no answer needs: markup, an address, unseen characters."""
    plain = fold(text)
    return (
        visible(text) != text
        or bool(_MARKUP.search(plain) or _ADDRESS.search(plain))
        or bool(re.search("[<>`]", plain))
    )

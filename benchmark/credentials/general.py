"""Forms of credentials that need no provider. A named group is what must not be seen."""

from __future__ import annotations

from benchmark.credentials.form import Form

_QUOTE = r"""[\\"'`]{0,2}"""
_END = r"""\s"'&;,|<>)}\]\\"""
_WORDY = r"[\w.~+/=-]"
_MIXED = r"(?=\S{0,60}\d)(?=\S{0,60}[A-Za-z])"

_STRONG = (
    r"(?:pass(?:word|wd|phrase|code)|pwd|secret(?:[_-]?(?:access[_-]?)?key)?|api[_-]?keys?"
    r"|(?:access|private|account|auth|master|encryption|signing|service|shared)[_-]?key"
    r"|(?:hf|hub|api|auth|access|bearer|refresh|session|secret|bot|user|admin|git(?:hub|lab)?|gh|id"
    r"|wandb|slack|npm|pypi|jupyter|modelscope|hugging_?face|personal|security)[_-]?token"
    r"|credentials?|cookie)"
)
# Few places begin like one: a quick look before the long list.
_NAME = rf"(?=[psamehrbugiwnjcPSAMEHRBUGIWNJC])(?i:{_STRONG})"
# `HF_TOKEN= vllm serve` and `PWD=/home` hold none.
_NOT_EMPTY = (
    r"(?!\s+(?:vllm|sglang|python\d?|llama-server|docker|env|exec|bash|sh)\b"
    r"|(?<=[pP][wW][dD]=)[/~.])"
)
_NAME_MARKS = "pass pwd secret key token credential cookie"
# As Python means it; other engines leave out a few.
_BLANK = r"\s\x1c-\x1f\x85"
_NAME_GATE = rf"{_STRONG}{_QUOTE}[{_BLANK}]*[=:{_BLANK}]"

GENERAL = (
    Form(
        "a private key",
        "private putty-user b3blbnnzac1",
        r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?s:.*)|PuTTY-User-Key-File-\d(?s:.*)"
        r"|b3BlbnNzaC1rZXktdjE[\w+/=\s]*",
        r"private key|putty-user-key-file-|b3blbnnzac1",
    ),
    Form(
        "an Authorization header",
        "authorization",
        rf"(?i)authorization{_QUOTE}\s*[:=]\s*{_QUOTE}"
        rf"(?:(?:bearer|basic|token|digest|api-?key|negotiate)\s+(?P<secret>[^\s\"',;]{{3,}})"
        rf"|(?P<bare>{_MIXED}[^\s\"',;]{{8,}}))",
    ),
    Form(
        "a bearer token",
        "bearer",
        rf"(?i:\bbearer)(?:\s|%20|\+|\\[nrt])+{_QUOTE}(?P<secret>"
        rf"(?=\S{{0,80}}[\d_.~+/=-])(?=\S{{0,80}}[A-Za-z]){_WORDY}{{8,}}|{_WORDY}{{16,}})",
    ),
    Form("a name and password", "basic", r"(?i)\bbasic\s+(?P<base64>[A-Za-z0-9+/_-]{6,}={0,2})"),
    Form(
        "a URL with a password",
        "@",
        r"[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s/?#@:\"'<>]*:(?P<secret>[^\s/?#\"'<>]+)@"
        r"|(?i:https?)://(?P<user>(?=[^\s/@]{0,60}\d)[^\s/?#@:\"'<>]{12,})@"
        r"|(?<![:\w/])//[^\s/?#@:\"'<>]+:(?P<relative>[^\s/?#\"'<>]+)@[\w\[]",
        r"//[^/@]*@",
    ),
    Form(
        "a URL with a key",
        "=",
        r"(?i)[?&;](?:[\w.-]*(?:sig|signature|token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key"
        r"|auth|credential)|key|code|ak|sk)=(?P<secret>[^\s&#\"'<>]{4,})",
        r"[?&;](?:[\w.-]*(?:sig|signature|token|secret|passw(?:or)?d|key|auth|credential)"
        r"|code|ak|sk)=",
    ),
    Form("a password of netrc", "login", r"(?i)\blogin\s+\S+\s+password\s+(?P<secret>\S{3,})"),
    Form(
        "a secret under its Chinese name",
        r"密码 密钥 秘钥 口令 \u5bc6\u7801 \u5bc6\u94a5 \u79d8\u94a5 \u53e3\u4ee4",
        r"(?:密码|密钥|秘钥|口令)\s*(?:[:：=]|是|为)\s*(?P<secret>[!-~]{4,})",
    ),
    Form(
        "a signature",
        "sig= accountkey= accesskey=",
        r"\bsig=(?P<secret>[\w%+/-]{20,}=*)|\b(?:Account|SharedAccess)Key=(?P<key>[\w+/]{20,}=*)",
    ),
    Form(
        "a secret under its name",
        _NAME_MARKS,
        rf"{_NAME}(?:{_QUOTE}\s*(?:=|:=|=>){_NOT_EMPTY}\s*"
        rf"(?:\"(?P<double>[^\"]+)\"|'(?P<single>[^']+)'|(?P<secret>[^{_END}]+))"
        rf"|\\?[\"']\s*:\s*\\?[\"'](?P<json>[^\"'\\]{{3,}})"
        rf"|\s*:\s*(?P<told>(?=\S{{0,60}}[\d!@#$%^&*+/_-])[^{_END}]{{4,}}))",
        _NAME_GATE,
    ),
    Form(
        "a secret behind its option",
        _NAME_MARKS,
        rf"(?<!\w)--?[\w-]{{0,40}}?{_NAME}\s+"
        rf"(?:\"(?P<quoted>[^\"]+)\"|'(?P<apart>[^']+)'|(?P<word>[^-\s\"'][^\s\"']{{2,}}))",
        _NAME_GATE,
    ),
    Form(
        "a token under its name",
        "token auth key hft",
        rf"(?<![\w-])(?i:--?)?(?:token|auth|key|TOKEN|AUTH|KEY){_QUOTE}\s*=\s*{_QUOTE}"
        rf"(?P<secret>{_MIXED}[^{_END}]{{8,}})"
        rf"|--(?:token|auth|key|hft)\s+(?P<word>{_MIXED}[^\s\"']{{8,}})"
        rf"|(?<![\w-])(?:--)?(?:token|TOKEN)=(?P<any>[^{_END}]{{6,}})",
        rf"(?:^|[^a-z0-9_])(?:token|auth|key|hft){_QUOTE}[{_BLANK}=:]",
    ),
    Form(
        "a random key",
        "",
        # Not a digest: those are of hexadecimal digits.
        r"(?:(?<![A-Za-z0-9+/%\\])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))"
        r"(?P<drawn>(?=[0-9A-Fa-f]{0,8}[G-Zg-z][A-Za-z0-9]{21})[A-Za-z0-9]{30,128})"
        r"(?![A-Za-z0-9+/])",
        # From the beginning of a run: where a search may begin anywhere in it, it is slower.
        r"(?:^|[^a-z0-9])[0-9a-f]*[g-z][a-z0-9]{21}",
    ),
)

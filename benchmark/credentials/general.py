"""Forms of credentials that need no provider. A named group is what must not be seen."""

from __future__ import annotations

from benchmark.credentials.form import Form

_QUOTE = r"""[\\"'`]{0,2}"""
_END = r"""\s"'&;,|<>)}\]\\"""
_WORDY = r"[\w.~+/=-]"
_MIXED = r"(?=\S{0,60}\d)(?=\S{0,60}[A-Za-z])"

_STRONG = (
    r"(?:pass(?:word|wd|phrase|code)|pwd|secret(?:[ _-]?(?:access[_-]?)?key)?|api[ _-]?keys?"
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
_CALLED = r"token|key|secret|pat|ak|sk|auth|pwd|pass|authtoken"
_OTHER_WORDS = (
    r"passwort|kennwort|mot de passe|contrase\u00f1a|senha|has\u0142o|"
    r"\u043f\u0430\u0440\u043e\u043b\u044c|\u30d1\u30b9\u30ef\u30fc\u30c9|\ube44\ubc00\ubc88\ud638"
)
"""In German, French, Spanish, Portuguese, Polish, Russian, Japanese and Korean."""

_AS_JSON_HAS_THEM = _OTHER_WORDS.replace("\\u", r"\\u")

LISTED = (
    rf"(?:{_STRONG}|token|auth|key|secret|pat|ak|sk|pwd|pass|sig|signature|code)\",\""
    r"|\"-[^\"]*\"[,\]]|(?:\d\d\d?,){11}\d"
)
"""In JSON in lower case, in every list whose items hold a secret together only."""

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
        r"|(?<![:\w/])//[^\s/?#@:\"'<>]+:(?P<relative>[^\s/?#\"'<>]+)@[\w\[]"
        r"|(?<![\w:/.-])[\w.-]{1,32}:(?P<proxy>[^\s/?#@:=\"'<>]{3,})@(?!sha\d)[\w.-]+:\d{2,5}(?!\w)",
        r"//[^/@]*@|:[^\s/?#@:\"'<>]{3,64}@[\w.-]{1,64}:\d",
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
        (
            r"密码 密钥 秘钥 口令 令牌 \u5bc6\u7801 \u5bc6\u94a5 \u79d8\u94a5 \u53e3\u4ee4"
            r" \u4ee4\u724c"
        ),
        r"(?:密码|密钥|秘钥|口令)\s*(?:[:：=]|是|为)\s*(?P<secret>[!-~]{4,})"
        rf"|(?:密码|密钥|秘钥|口令)\s*(?P<bare>{_MIXED}(?![\d.]+[a-z%]*\b)[!-~]{{6,}})"
        rf"|令牌\s*[:：=]\s*(?P<token>{_MIXED}(?![\d.]+[a-z%]*\b)[!-~]{{8,}})",
    ),
    Form(
        "a password under its name",
        "",
        rf"(?i:{_OTHER_WORDS})\s*(?:[:：=]|is|ist|es|est)\s*(?P<secret>(?=\S{{0,60}}\d)[!-~]{{4,}})"
        r"|(?i:password|passphrase|api[ _-]?key|secret|access token)\s+(?i:is|was)\s+"
        rf"{_QUOTE}(?P<told>{_MIXED}[^{_END}]{{6,}})",
        rf"{_OTHER_WORDS}|{_AS_JSON_HAS_THEM}"
        rf"|(?:password|passphrase|api[ _-]?key|secret|access token)[{_BLANK}]+(?:is|was)",
    ),
    Form(
        "a name and password of a command",
        "curl login sshpass mysql authtoken",
        r"\bcurl\b.{0,300}?\s(?:-u|-U|--user|--proxy-user)[ =]?[\"']?[^\s:\"'\\]{1,64}:"
        r"(?P<curl>[^\s\"'\\]{3,})"
        r"|\blogin\b.{0,200}?\s-p[ =]?[\"']?(?P<login>[^\s\"'\\-][^\s\"'\\]{3,})"
        r"|\bsshpass\s+-p\s*[\"']?(?P<ssh>[^\s\"'\\]{3,})"
        r"|\bmysql(?:dump|admin)?\b.{0,200}?\s-p(?P<mysql>[^\s\"'\\]{3,})"
        r"|\bwandb login\s.{0,60}?(?P<wandb>[0-9a-f]{40})(?![0-9a-f])"
        r"|authtoken\s+(?P<ngrok>[\w-]{16,})",
        r"curl|login|sshpass|mysql|authtoken",
    ),
    Form(
        "a hashed password",
        "$2a$ $2b$ $2y$ $apr1$ $5$ $6$ $y$",
        r"\$(?:2[aby]|apr1|5|6|y)\$[\w./$]{20,}",
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
        rf"(?<![\w/-])(?i:--?)?(?:token|auth|key|TOKEN|AUTH|KEY){_QUOTE}\s*=\s*{_QUOTE}"
        rf"(?P<secret>{_MIXED}[^{_END}]{{8,}})"
        rf"|--(?:token|auth|key|hft)\s+(?P<word>{_MIXED}[^\s\"']{{8,}})"
        rf"|(?<![\w-])(?:--)?(?:token|TOKEN)=(?P<any>[^{_END}]{{6,}})"
        # A line of YAML, as kubectl has it; `token: 12.5ms` is a time.
        rf"|(?<![\w-])token:\s+(?![\d.]+[a-z%]*\b)(?P<yaml>{_MIXED}[\w.~+/=-]{{10,}})",
        rf"(?:^|[^a-z0-9_])(?:token|auth|key|hft){_QUOTE}[{_BLANK}=:]",
    ),
    Form(
        "a name and password in base64",
        "auth",
        rf"(?<![A-Za-z])_?auth{_QUOTE}\s*[:=]\s*{_QUOTE}(?P<base64>[A-Za-z0-9+/_-]{{8,}}={{0,2}})",
        rf"auth{_QUOTE}[{_BLANK}]*[:=]",
    ),
    Form(
        "a secret of an environment",
        "_token _key _secret _pat _ak _sk _auth _pwd _pass",
        rf"(?<![A-Za-z0-9])[A-Z][A-Z0-9_]{{0,40}}_(?:{_CALLED.upper()}){_QUOTE}\s*=\s*{_QUOTE}"
        rf"(?P<secret>(?=[^{_END}]{{0,60}}\d)(?=[^{_END}]{{0,60}}[A-Za-z])(?!\d+[a-z]*\b)[^{_END}]{{6,}})",
        # In JSON a number or null is none: most entries have `joules_per_token`.
        rf"_(?:{_CALLED}){_QUOTE}[{_BLANK}]*=[{_BLANK}]*"
        rf"(?:\[|{_QUOTE}(?:[^0-9.{_END}][^{_END}]{{5}}|[0-9.]{{1,60}}[^0-9.{_END}]))",
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

"""The forms that providers give their tokens, by which anybody recognises them.

Facts from the rules of gitleaks
(https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml), GitHub's list
(https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns)
and the providers' pages. Lengths are lower bounds: a token that was shortened is one still.
"""

from __future__ import annotations

from benchmark.credentials.form import Form

# Drawn at random, unlike words with `_` or `-` between them.
_RANDOM = r"(?=[\w-]{0,40}?\d)(?=[a-z\d_-]{0,40}[A-Z]|[a-z]{0,8}\d[a-z\d]{12})"

_HEX_BLOCKS = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

_FORMS: tuple[tuple[str, str, str], ...] = (
    (
        "a key in the form of OpenAI's",
        "sk-",
        (
            r"sk-(?:proj|svcacct|admin|ant|or|test|live|lf|cp|kimi|sp|none|litellm|helicone)-[\w-]{6,}"
            r"|sk-[A-Za-z0-9]{16,}[\w-]*"
        ),
    ),
    (
        "a Hugging Face token",
        "hf_ api_",
        (
            r"hf_(?:[A-Za-z0-9]{16,}|(?=[a-z0-9]{0,40}[A-Z])[A-Za-z0-9]{8,})"
            r"|api_org_[A-Za-z0-9]{16,}|hf_(?:oauth|jwt)_[\w.-]{16,}"
            r"|api_(?=[a-z]{0,20}[A-Z])(?=[A-Z]{0,20}[a-z])[A-Za-z]{34}(?![A-Za-z0-9_])"
        ),
    ),
    (
        "a GitHub token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"gh[pousr]_[A-Za-z0-9_]{16,}|github_pat_\w{16,}",
    ),
    (
        "a token of GitLab or Bitbucket",
        "glpat gldt glrt glptt glcbt glft glimt glagent gloas glsoat glffct gr134 atbb",
        r"gl(?:pat|dt|rt|rtr|ptt|cbt|ft|imt|agent|oas|soat|ffct)-[\w.-]{16,}|GR1348941[\w-]{16,}|ATBB[A-Za-z0-9]{24,}",
    ),
    (
        "an AWS key",
        "akia asia abia acca a3t absk bedrock-api-key-",
        (
            r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])|ABSK[\w+/]{60,}"
            r"|bedrock-api-key-[\w+/=]{20,}"
        ),
    ),
    (
        "a Google key",
        "aiza ya29. gocspx- aq.",
        r"AIza[\w-]{30,}|ya29\.[\w.-]{20,}|GOCSPX-[\w-]{20,}|AQ\.[\w-]{40,}",
    ),
    (
        "a Slack token",
        "xoxa xoxb xoxe xoxo xoxp xoxr xoxs xoxc xapp- hooks.slack",
        (
            r"xox[abeoprsc][-.][\w.-]{10,}|xapp-\d-[\w-]{10,}"
            r"|hooks\.slack(?:-gov)?\.com/[a-z]+/[\w/+-]{20,}"
        ),
    ),
    (
        "a key in the form of Stripe's",
        "sk_ rk_ whsec_",
        rf"[sr]k_(?:live|test|prod)_[A-Za-z0-9]{{10,}}|whsec_[\w+/=]{{16,}}|sk_{_RANDOM}[\w-]{{30,}}",
    ),
    ("an npm token", "npm_", r"npm_[A-Za-z0-9]{30,}"),
    ("a PyPI token", "pypi-age", r"pypi-AgE[\w-]{16,}"),
    (
        "a key of a provider of models",
        (
            "gsk_ r8_ fw_ jina_ esecret_ rpa_ tgp_v1_ csk- xai- nvapi- pplx- tvly- pa- lsv2_ "
            "bce-v3 wandb_v fw- flp_ secret_ pcsk_ ak- as- pk-lf- aqvn jqqj99 up_ co_ ark- psk- "
            "pk- nscale_ rc_ cpk_"
        ),
        (
            rf"(?:gsk|r8|fw|jina|esecret|rpa|tgp_v1|flp|pcsk)_{_RANDOM}[A-Za-z0-9_-]{{20,}}"
            rf"|fw-{_RANDOM}[A-Za-z0-9]{{20,}}|(?:ak|as)-{_RANDOM}[A-Za-z0-9]{{22}}(?![\w-])"
            r"|secret_(?:[\w-]{1,40}_)?[0-9a-f]{32}\.[A-Za-z0-9]{16,}|AQVN[\w-]{30,}"
            r"|[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{10,}"
            r"|(?:xai|pplx|csk|tvly(?:-dev)?)-[A-Za-z0-9_]{20,}|nvapi-[\w-]{20,}|pa-[A-Za-z0-9_]{36,}"
            rf"|(?:up_|co_|ark-|psk-|pk-|nscale_){_RANDOM}[A-Za-z0-9]{{24,}}|rc_[0-9a-f]{{64}}"
            r"|cpk_[0-9a-f]{32}\.[0-9a-f]{32}\.[A-Za-z0-9]{20,}|lsv2_(?:pt|sk)_\w{16,}|bce-v3/ALTAK-[\w-]{6,}/[0-9a-f]{16,}|wandb_v\d_\w{20,}"
        ),
    ),
    (
        "a key of a cloud",
        (
            "ltai aklt akid ms- dapi dop_v1 doo_v1 dor_v1 q~ hvs. hvb. hvr. .atlasv1. hrku- fo1_ "
            "fm1 fm2_ pscale_ sbp_ sb_secret_ sha256~ pul- dckr_ cfut_ cfat_ cfk_ v1.0- nfp_ vcp_ "
            "vck_ vca_ vci_ akcp cmvmdgtu scw"
        ),
        (
            r"LTAI[A-Za-z0-9]{12,}|AKLT[\w=+-]{20,}|AKID[A-Za-z0-9]{20,}|dapi[a-f0-9]{32}"
            rf"|ms-{_HEX_BLOCKS}|do[opr]_v1_[a-f0-9]{{32,}}|[\w~.]{{3}}\dQ~[\w~.-]{{31,34}}"
            r"|hv[sbr]\.[\w-]{24,}|\w{14}\.atlasv1\.[\w=-]{50,}|HRKU-[\w-]{30,}|fo1_[\w-]{40,}"
            r"|fm[12][ar]?_[\w+/=]{60,}|pscale_(?:tkn|oauth|pw)_[\w=.-]{30,}|sbp_[a-f0-9]{40}"
            r"|sb_secret_[\w-]{16,}|sha256~[\w-]{40,}|pul-[a-f0-9]{40}|dckr_[po]at_[\w-]{20,}"
            r"|cf(?:ut|at|k)_[\w-]{30,}|v1\.0-[0-9a-f]{24}-[0-9a-f]{100,}|nfp_[A-Za-z0-9]{30,}"
            rf"|vc[pkai]_{_RANDOM}[A-Za-z0-9]{{24,}}|AKCp[A-Za-z0-9]{{60,}}|SCW(?=[A-Z]{{0,16}}\d)[A-Z0-9]{{17}}(?![\w-])|cmVmdGtu[\w+/=]{{30,}}"
        ),
    ),
    (
        "a key of a service",
        (
            "sg. lin_ ntn_ secret_ :aa webhook key- -us atatt3 dp. glsa_ glc_ nrak- sntry sq0 "
            "eaa pmak- rubygems_ shpat_ shpca_ shppa_ shpss_ xkeysib- rdme_ dt0c dt0s ops_eyj "
            "open.feishu figd_ pat sl. pnu_ tfp_ ico- cio clojars_ t1."
        ),
        (
            r"SG\.[\w-]{16,}\.[\w-]{16,}|key-[0-9a-z]{32}(?![0-9a-z])"
            r"|lin_(?:api|oauth)_[A-Za-z0-9]{20,}|(?:ntn|secret)_[A-Za-z0-9]{40,}"
            r"|\d{8,10}:AA[\w-]{30,}|discord(?:app)?\.com/api/webhooks/\d+/[\w-]{16,}"
            r"|[0-9a-f]{32}-us\d{1,2}(?!\d)|ATATT3[\w=-]{30,}|dp\.[a-z]{2,5}\.[\w.-]{40,}"
            r"|glsa_[\w+/=]{30,}|glc_[\w+/=]{30,}|NRAK-[A-Z0-9]{20,}|sntry[su]_[\w+/=]{30,}"
            r"|sq0(?:atp|csp)-[\w-]{20,}|EAA[\w-]{50,}|PMAK-[a-f0-9-]{30,}|rubygems_[a-f0-9]{40,}"
            r"|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|xkeysib-[a-f0-9]{30,}|rdme_[a-z0-9]{60,}"
            r"|dt0[cs]\d\d\.[\w.]{30,}|ops_eyJ[\w+/=]{40,}|webhookb2/[\w@/-]{40,}"
            r"|open\.feishu\.cn/open-apis/bot/v2/hook/[\w-]{20,}|figd_[\w-]{30,}"
            rf"|pat[A-Za-z0-9]{{14}}\.[0-9a-f]{{64}}|pat-[a-z]{{2}}\d-{_HEX_BLOCKS}|sl\.[\w-]{{120,}}"
            rf"|pnu_{_RANDOM}[A-Za-z0-9]{{30,}}|tfp_[\w-]{{40,}}|ico-{_RANDOM}[A-Za-z0-9]{{32}}"
            rf"|cio{_RANDOM}[A-Za-z0-9]{{32}}(?![A-Za-z0-9])|CLOJARS_[a-z0-9]{{50,}}"
            r"|t1\.[\w-]{50,}\.[\w-]{80,}"
        ),
    ),
    (
        "a token in parts",
        ".",
        (
            r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}|[0-9a-f]{32}\.[A-Za-z0-9]{16,}(?![\w.-])"
            r"|[A-Za-z0-9]{8}\.(?=[a-z\d]{0,31}[A-Z])(?=[A-Za-z]{0,31}\d)[A-Za-z0-9]{32}(?![\w.-])"
        ),
    ),
    (
        "a JSON web token",
        "eyj",
        r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.?[\w-]*|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}",
    ),
    ("a Twilio key", "sk ac", r"(?:SK|AC)[0-9a-f]{32}(?![0-9a-f])"),
    (
        "a token in base64",
        "c2st agzf z2hw z2hz z2hv z2l0ahvi z2xwyx qutjq eg94yi bnzhcg z3nrx",
        (
            r"(?P<token64>(?:c2st|aGZf|Z2hw|Z2hz|Z2hv|Z2l0aHVi|Z2xwYX|QUtJQ|eG94Yi|bnZhcG|Z3NrX)"
            r"[\w+/-]{16,}={0,2})"
        ),
    ),
    ("a Tailscale key", "tskey-", r"tskey-[a-z]{3,10}-[\w-]{16,}"),
    ("an age key", "age-secret-key-1", r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
)

# A token may stand behind an escape, %20 or \n, which ends with a letter or a digit.
_BEGIN = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))"

# Where marks are pieces of ordinary words: in lower case, and shorter or looser than the form.
_GATES = {
    "a key in the form of OpenAI's": (
        r"sk-(?:proj|svcacct|admin|ant|or|test|live|lf|cp|kimi|sp|none|litellm|helicone)-"
        r"|sk-[a-z0-9]{16}"
    ),
    "a Hugging Face token": r"hf_[a-z0-9]{8}|hf_(?:oauth|jwt)_|api_org_|api_[a-z]{34}",
    "an AWS key": (
        r"(?:akia|asia|abia|acca|a3t[a-z0-9])[a-z0-9]{16}|absk[\w+/]{20}|bedrock-api-key-"
    ),
    "a Google key": r"aiza|ya29\.|gocspx-|aq\.[\w-]{20}",
    "a key in the form of Stripe's": r"[sr]k_(?:live|test|prod)_|sk_[\w-]{30}|whsec_",
    "a key of a provider of models": (
        r"(?:gsk|r8|fw|jina|esecret|rpa|tgp_v1|flp|pcsk)_[a-z0-9_-]{20}|fw-[a-z0-9]{20}"
        r"|a[ks]-[a-z0-9]{22}|secret_[\w-]*\.[a-z0-9]{16}|aqvn[\w-]{20}|jqqj99|lsv2_|bce-v3|wandb_v"
        r"|(?:xai|pplx|csk|tvly(?:-dev)?|pa)-[a-z0-9_]{20}|nvapi-"
        r"|(?:up|co|nscale|rc|cpk)_[a-z0-9]{24}|(?:ark|psk|pk)-[a-z0-9]{24}"
    ),
    "a key of a cloud": (
        r"ltai[a-z0-9]{12}|aklt[\w=+-]{20}|akid[a-z0-9]{20}|ms-[0-9a-f]{8}-|dapi[a-f0-9]{20}"
        r"|do[opr]_v1_|\dq~|hv[sbr]\.[\w-]{20}|\.atlasv1\.|hrku-|fo1_[\w-]{20}|fm[12][ar]?_[\w+/=]{20}"
        r"|pscale_|sbp_[a-f0-9]{20}|sb_secret_|sha256~|pul-[a-f0-9]{20}|dckr_|cf(?:ut|at|k)_[\w-]{20}"
        r"|v1\.0-[0-9a-f]{20}|nfp_[a-z0-9]{20}|vc[pkai]_[a-z0-9]{20}|akcp[a-z0-9]{20}"
        r"|scw[a-z0-9]{17}|cmvmdgtu"
    ),
    "a key of a service": (
        r"sg\.[\w-]{16}|key-[0-9a-z]{20}|lin_(?:api|oauth)_|(?:ntn|secret)_[a-z0-9]{20}"
        r"|\d:aa[\w-]{20}|/webhooks/|[0-9a-f]-us\d|atatt3|dp\.[a-z]{2,5}\.[\w.-]{20}|glsa_"
        r"|glc_[\w+/=]{20}|nrak-|sntry[su]_|sq0(?:atp|csp)-|eaa[\w-]{40}|pmak-|rubygems_"
        r"|shp(?:at|ca|pa|ss)_|xkeysib-|rdme_|dt0[cs]\d|ops_eyj|webhookb2/|open\.feishu|figd_"
        r"|pat[a-z0-9]{14}\.|pat-[a-z]{2}\d-|sl\.[\w-]{20}|pnu_[a-z0-9]{20}|tfp_[\w-]{20}"
        r"|ico-[a-z0-9]{20}|(?:^|[^a-z0-9]|%[0-9a-f]{2}|\\[nrt])cio[a-z0-9]{20}|clojars_|t1\.[\w-]{20}"
    ),
    # Seventeen digits make a number, and hardly any has more.
    "a token in parts": r"[a-z0-9]{2}\.[a-z0-9]{16}|\.[\w-]{6}\.[\w-]{20}",
    "a JSON web token": r"eyj[\w-]{8}",
    "a Twilio key": r"(?:^|[^a-z0-9]|%[0-9a-f]{2}|\\[nrt])(?:sk|ac)[0-9a-f]{20}",
    "a token in base64": (
        r"(?:c2st|agzf|z2hw|z2hz|z2hv|z2l0ahvi|z2xwyx|qutjq|eg94yi|bnzhcg|z3nrx)[\w+/-]{16}"
    ),
}

PUBLISHED = tuple(
    Form(kind, marks, f"{_BEGIN}(?:{form})", _GATES.get(kind, "")) for kind, marks, form in _FORMS
)

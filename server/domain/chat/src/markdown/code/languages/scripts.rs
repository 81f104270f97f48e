//! Scripting languages, shells and queries.

use super::super::words::{PLAIN, Words};
use super::{Language, Syntax};

const HASH: Words = Words {
    line_comments: &["#"],
    ..PLAIN
};

pub const LANGUAGES: &[Language] = &[
    Language {
        names: &["python", "py", "python3", "py3", "ipython", "pycon"],
        class: "language-python",
        syntax: Syntax::Words(Words {
            long_strings: &["\"\"\"", "'''"],
            attributes: "@",
            keywords: "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try type while with yield",
            types: "bool bytearray bytes complex dict float frozenset int list object range set str tuple",
            constants: "True False None self cls Ellipsis NotImplemented",
            capitals_are_types: true,
            ..HASH
        }),
    },
    Language {
        names: &["ruby", "rb", "rails"],
        class: "language-ruby",
        syntax: Syntax::Words(Words {
            sigils: "$@",
            keywords: "alias and begin break case class def defined do else elsif end ensure extend for if in include module next not or private protected public redo require require_relative rescue retry return self super then undef unless until when while yield attr_accessor attr_reader attr_writer",
            constants: "true false nil",
            capitals_are_types: true,
            ..HASH
        }),
    },
    Language {
        names: &["perl", "pl"],
        class: "language-perl",
        syntax: Syntax::Words(Words {
            sigils: "$@%",
            keywords: "and cmp do else elsif eq eval for foreach ge gt if last le local lt my ne next no not or our package print redo require return say sub undef unless until use while xor",
            constants: "",
            ..HASH
        }),
    },
    Language {
        names: &["lua"],
        class: "language-lua",
        syntax: Syntax::Words(Words {
            line_comments: &["--"],
            keywords: "and break do else elseif end for function goto if in local not or repeat return then until while",
            constants: "true false nil",
            ..PLAIN
        }),
    },
    Language {
        names: &["r", "rlang"],
        class: "language-r",
        syntax: Syntax::Words(Words {
            keywords: "break else for function if in next repeat return while library require",
            constants: "TRUE FALSE NULL NA NaN Inf",
            ..HASH
        }),
    },
    Language {
        names: &["julia", "jl"],
        class: "language-julia",
        syntax: Syntax::Words(Words {
            block_comment: Some(("#=", "=#")),
            long_strings: &["\"\"\""],
            quotes: "\"",
            attributes: "@",
            keywords: "abstract baremodule begin break catch const continue do else elseif end export finally for function global if import in isa let local macro module mutable primitive quote return struct try type using where while",
            constants: "true false nothing missing",
            capitals_are_types: true,
            ..HASH
        }),
    },
    Language {
        names: &["elixir", "ex", "exs"],
        class: "language-elixir",
        syntax: Syntax::Words(Words {
            long_strings: &["\"\"\""],
            attributes: "@",
            keywords: "after alias and case catch cond def defguard defimpl defmacro defmodule defp defprotocol defstruct do else end fn for if import in not or quote raise receive require rescue try unless unquote use when with",
            constants: "true false nil",
            capitals_are_types: true,
            ..HASH
        }),
    },
    Language {
        names: &["haskell", "hs"],
        class: "language-haskell",
        syntax: Syntax::Words(Words {
            line_comments: &["--"],
            block_comment: Some(("{-", "-}")),
            quotes: "\"",
            keywords: "as case class data deriving do else foreign forall hiding if import in infix infixl infixr instance let module newtype of qualified then type where",
            constants: "True False Nothing Just Left Right",
            capitals_are_types: true,
            ..PLAIN
        }),
    },
    Language {
        names: &[
            "bash",
            "sh",
            "shell",
            "zsh",
            "console",
            "shell-session",
            "fish",
            "ksh",
        ],
        class: "language-bash",
        syntax: Syntax::Words(Words {
            long_strings: &["\"", "'"],
            sigils: "$",
            commands: true,
            keywords: "alias break case continue declare do done elif else esac eval exec exit export fi for function if in local readonly return select set shift source sudo then time trap unset until while",
            ..HASH
        }),
    },
    Language {
        names: &["powershell", "ps1", "pwsh", "ps"],
        class: "language-powershell",
        syntax: Syntax::Words(Words {
            block_comment: Some(("<#", "#>")),
            sigils: "$",
            commands: true,
            ignores_case: true,
            keywords: "begin break catch class continue do else elseif end exit filter finally for foreach function if in param process return switch throw trap try until using while",
            ..HASH
        }),
    },
    Language {
        names: &["dockerfile", "docker", "containerfile"],
        class: "language-dockerfile",
        syntax: Syntax::Words(Words {
            sigils: "$",
            keywords: "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR",
            ..HASH
        }),
    },
    Language {
        names: &["makefile", "make", "mk"],
        class: "language-makefile",
        syntax: Syntax::Words(Words {
            sigils: "$",
            key_ends: ":=?",
            keywords: "define else endef endif export ifdef ifeq ifndef ifneq include override unexport vpath",
            ..HASH
        }),
    },
    Language {
        names: &[
            "sql",
            "postgresql",
            "postgres",
            "pgsql",
            "psql",
            "mysql",
            "sqlite",
            "plsql",
            "tsql",
        ],
        class: "language-sql",
        syntax: Syntax::Words(Words {
            line_comments: &["--"],
            block_comment: Some(("/*", "*/")),
            ignores_case: true,
            keywords: "add all alter analyze and any as asc begin between by cascade case check column commit conflict constraint create cross current database declare default delete desc distinct do drop else end except exists explain fetch filter for foreign from full function grant group having if ilike in index inner insert intersect into is join key language lateral left like limit materialized natural not nothing null nulls of offset on or order outer over partition primary procedure recursive references rename returning returns revoke right rollback row rows savepoint schema select sequence set table temporary then to transaction trigger truncate type union unique update using values view when where window with",
            types: "array bigint bigserial bit boolean bytea char character date datetime decimal double float int integer interval json jsonb money numeric precision real serial smallint text time timestamp timestamptz uuid varchar varying",
            constants: "true false",
            ..PLAIN
        }),
    },
];

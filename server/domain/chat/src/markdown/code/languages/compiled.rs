//! Languages with C's comments and braces.

use super::super::words::{PLAIN, Words};
use super::{Language, Syntax};

const C_LIKE: Words = Words {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    capitals_are_types: true,
    ..PLAIN
};

pub const LANGUAGES: &[Language] = &[
    Language {
        names: &["rust", "rs"],
        class: "language-rust",
        syntax: Syntax::Words(Words {
            long_strings: &["\""],
            quotes: "",
            lifetimes: true,
            attributes: "#",
            keywords: "as async await break const continue crate dyn else enum extern fn for gen if impl in let loop match mod move mut pub ref return self Self static struct super trait type union unsafe use where while yield macro_rules",
            types: "bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize",
            constants: "true false None Some Ok Err",
            ..C_LIKE
        }),
    },
    Language {
        names: &["go", "golang"],
        class: "language-go",
        syntax: Syntax::Words(Words {
            long_strings: &["`"],
            keywords: "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var",
            types: "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr",
            constants: "true false nil iota",
            ..C_LIKE
        }),
    },
    Language {
        names: &["java"],
        class: "language-java",
        syntax: Syntax::Words(Words {
            long_strings: &["\"\"\""],
            attributes: "@",
            keywords: "abstract assert break case catch class continue default do else enum extends final finally for if implements import instanceof interface native new package permits private protected public record return sealed static strictfp super switch synchronized this throw throws transient try var volatile while yield",
            types: "boolean byte char double float int long short void",
            ..C_LIKE
        }),
    },
    Language {
        names: &["c", "h"],
        class: "language-c",
        syntax: Syntax::Words(Words {
            attributes: "#",
            keywords: "auto break case const continue default do else enum extern for goto if inline register restrict return sizeof static struct switch typedef union volatile while _Alignas _Atomic _Generic _Static_assert",
            types: "bool char double float int long short signed size_t ssize_t uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t unsigned void FILE",
            constants: "true false NULL nullptr",
            capitals_are_types: false,
            ..C_LIKE
        }),
    },
    Language {
        names: &["cpp", "c++", "cc", "cxx", "hpp", "arduino", "cuda"],
        class: "language-cpp",
        syntax: Syntax::Words(Words {
            attributes: "#",
            keywords: "alignas alignof auto break case catch class concept const consteval constexpr constinit continue co_await co_return co_yield decltype default delete do else enum explicit export extern final for friend goto if inline mutable namespace new noexcept operator override private protected public requires return sizeof static static_assert static_cast dynamic_cast reinterpret_cast const_cast struct switch template this throw try typedef typeid typename union using virtual volatile while",
            types: "bool char char8_t char16_t char32_t double float int long short signed size_t string string_view uint8_t uint16_t uint32_t uint64_t int8_t int16_t int32_t int64_t unsigned vector void wchar_t",
            constants: "true false NULL nullptr",
            ..C_LIKE
        }),
    },
    Language {
        names: &["csharp", "c#", "cs", "dotnet"],
        class: "language-csharp",
        syntax: Syntax::Words(Words {
            long_strings: &["\"\"\""],
            keywords: "abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern finally fixed for foreach get goto if implicit in init interface internal is lock namespace new operator out override params partial private protected public readonly record ref required return sealed set sizeof stackalloc static struct switch this throw try typeof unchecked unsafe using var virtual volatile when where while with yield",
            types: "bool byte char decimal double dynamic float int long nint nuint object sbyte short string uint ulong ushort void",
            ..C_LIKE
        }),
    },
    Language {
        names: &["kotlin", "kt", "kts"],
        class: "language-kotlin",
        syntax: Syntax::Words(Words {
            long_strings: &["\"\"\""],
            attributes: "@",
            keywords: "abstract actual annotation as break by catch class companion const constructor continue crossinline data do else enum expect external final finally for fun get if import in infix init inline inner interface internal is lateinit noinline object open operator out override package private protected public reified return sealed set super suspend tailrec this throw try typealias val value var vararg when where while",
            ..C_LIKE
        }),
    },
    Language {
        names: &["swift"],
        class: "language-swift",
        syntax: Syntax::Words(Words {
            long_strings: &["\"\"\""],
            quotes: "\"",
            attributes: "@#",
            keywords: "actor any as associatedtype async await break case catch class continue convenience default defer deinit didSet do dynamic else enum extension fallthrough fileprivate final for func get guard if import in indirect infix init inout internal is lazy let mutating nonisolated open operator override postfix precedencegroup prefix private protocol public repeat required rethrows return self Self set some static struct subscript super switch throw throws try typealias unowned var weak where while willSet",
            constants: "true false nil",
            ..C_LIKE
        }),
    },
    Language {
        names: &["javascript", "js", "jsx", "mjs", "cjs", "node"],
        class: "language-javascript",
        syntax: Syntax::Words(JAVASCRIPT),
    },
    Language {
        names: &["typescript", "ts", "tsx", "mts", "cts"],
        class: "language-typescript",
        syntax: Syntax::Words(Words {
            keywords: "abstract as asserts async await break case catch class const continue debugger declare default delete do else enum export extends finally for from function get if implements import in infer instanceof interface is keyof let module namespace new of out override private protected public readonly return satisfies set static super switch this throw try type typeof using var while with yield",
            types: "any bigint boolean never number object string symbol unknown void",
            ..JAVASCRIPT
        }),
    },
    Language {
        names: &["dart", "flutter"],
        class: "language-dart",
        syntax: Syntax::Words(Words {
            long_strings: &["\"\"\"", "'''"],
            attributes: "@",
            keywords: "abstract as assert async await base break case catch class const continue covariant default deferred do else enum export extends extension external factory final finally for get hide if implements import in interface is late library mixin new of on operator part required rethrow return sealed set show static super switch sync this throw try typedef var when while with yield",
            types: "bool double dynamic int num void",
            ..C_LIKE
        }),
    },
    Language {
        names: &["scala", "sbt"],
        class: "language-scala",
        syntax: Syntax::Words(Words {
            long_strings: &["\"\"\""],
            attributes: "@",
            keywords: "abstract case catch class def derives do else end enum export extends extension final finally for given if implicit import infix inline lazy match new object opaque open override package private protected return sealed super then this throw trait transparent try type using val var while with yield",
            ..C_LIKE
        }),
    },
    Language {
        names: &["zig"],
        class: "language-zig",
        syntax: Syntax::Words(Words {
            block_comment: None,
            attributes: "@",
            keywords: "addrspace align allowzero and anyframe anytype asm async await break callconv catch comptime const continue defer else enum errdefer error export extern fn for if inline linksection noalias noinline nosuspend opaque or orelse packed pub resume return struct suspend switch test threadlocal try union unreachable usingnamespace var volatile while",
            types: "anyerror anyopaque bool comptime_float comptime_int f16 f32 f64 f128 i8 i16 i32 i64 i128 isize noreturn type u8 u16 u32 u64 u128 usize void",
            constants: "true false null undefined",
            ..C_LIKE
        }),
    },
    Language {
        names: &["php"],
        class: "language-php",
        syntax: Syntax::Words(Words {
            line_comments: &["//", "#"],
            sigils: "$",
            ignores_case: true,
            keywords: "abstract and array as break callable case catch class clone const continue declare default do echo else elseif empty enum extends final finally fn for foreach function global goto if implements include include_once instanceof insteadof interface isset list match namespace new or print private protected public readonly require require_once return static switch throw trait try unset use var while xor yield",
            types: "bool float int iterable mixed never object self string void",
            ..C_LIKE
        }),
    },
    Language {
        names: &["graphql", "gql"],
        class: "language-graphql",
        syntax: Syntax::Words(Words {
            line_comments: &["#"],
            block_comment: None,
            long_strings: &["\"\"\""],
            sigils: "$",
            attributes: "@",
            keywords: "directive enum extend fragment implements input interface mutation on query repeatable scalar schema subscription type union",
            ..C_LIKE
        }),
    },
    Language {
        names: &["protobuf", "proto"],
        class: "language-protobuf",
        syntax: Syntax::Words(Words {
            keywords: "enum extend extensions import map message oneof option optional package public repeated required reserved returns rpc service stream syntax to",
            types: "bool bytes double fixed32 fixed64 float int32 int64 sfixed32 sfixed64 sint32 sint64 string uint32 uint64",
            ..C_LIKE
        }),
    },
];

const JAVASCRIPT: Words = Words {
    long_strings: &["`"],
    attributes: "@",
    keywords: "as async await break case catch class const continue debugger default delete do else export extends finally for from function get if import in instanceof let new of return set static super switch this throw try typeof using var void while with yield",
    constants: "true false null undefined NaN Infinity",
    ..C_LIKE
};

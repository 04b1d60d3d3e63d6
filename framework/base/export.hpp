#pragma once

/// What stands between the two is there for programs that link the shared library; all else stays inside it, since the
/// library is compiled with hidden visibility. Each installed header has them around its namespaces, after its
/// includes.
#define CORNU_EXPORT_BEGIN _Pragma("GCC visibility push(default)")
#define CORNU_EXPORT_END _Pragma("GCC visibility pop")

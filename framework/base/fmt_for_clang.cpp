// gcc and clang spell the name of one of fmt's templates differently: what clang asks for is not in a libfmt that gcc
// made, as distributions have it. Here it is made by clang.
#include <fmt/format.h>

#if defined(__clang__) && !defined(FMT_HEADER_ONLY)
template void fmt::detail::vformat_to<char>(buffer<char>&, string_view, basic_format_args<buffer_context<char>>,
                                            locale_ref);
#endif

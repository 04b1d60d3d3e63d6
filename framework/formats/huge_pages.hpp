#pragma once
// Internal: large pages of memory.
#include <cstddef>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::formats {

/// Asks for huge pages for memory that nobody has touched, which makes it faster to fill, and accesses at random too.
void prefer_huge_pages(void* memory, std::size_t bytes);

}  // namespace cornu::formats
CORNU_EXPORT_END

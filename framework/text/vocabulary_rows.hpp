#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

/// For each new word its place among the old ones, -1 where it is not among them: what Embedding::remap_vocabulary
/// takes. Of equal old words the first counts.
///
///     vocabulary_rows({"", "cat", "dog"}, {"", "dog", "emu"});   // 0, 2, -1
std::vector<std::int64_t> vocabulary_rows(const std::vector<std::string>& old_words,
                                          const std::vector<std::string>& new_words);

}  // namespace cornu::text
CORNU_EXPORT_END

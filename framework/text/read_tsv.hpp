#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

/// Texts and their labels, a line of a file each.
struct LabelledText {
  std::vector<std::string> texts;
  std::vector<float> labels;
};

struct ReadOptions {
  bool shuffle = false;                              ///< the lines in an order that cornu::random::set_seed fixes
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  ///< longer files are refused
};

/// Reads a UTF-8 file with `label <TAB> text` on each line. The file may begin with a byte-order mark; lines end in
/// "\n" or "\r\n", and the last one may lack it. The text is everything after the first tab. Empty lines and lines
/// of blanks are skipped. A label is the float32 nearest to a decimal number ("1", "+1", "-2.5e-1"), 0 for "1e-50".
///
/// Throws FileError, with the file's name and the line's number where there is one, when the file is missing, is a
/// folder, a pipe or a device, has no line or has more than max_bytes; and when a line is not UTF-8, has no tab, or has
/// a label that is no finite number.
///
///     const auto [texts, labels] = text::read_tsv("train.tsv", {.shuffle = true});
LabelledText read_tsv(const std::string& path, const ReadOptions& options = {});

}  // namespace cornu::text
CORNU_EXPORT_END

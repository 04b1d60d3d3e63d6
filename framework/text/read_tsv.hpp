#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace cornu::text {

/// Texts and their labels, a line of a file each.
struct LabelledText {
  std::vector<std::string> texts;
  std::vector<float> labels;
};

/// Options of read_tsv.
struct ReadOptions {
  bool shuffle = false;                              ///< the lines in an order that cornu::random::set_seed fixes
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  ///< longer files are refused
};

/// Reads a file with `label <TAB> text` on each line: UTF-8, with or without a byte-order mark, lines that end in "\n"
/// or
/// "\r\n" (the last one may lack it). The text is everything behind the first tab; lines without a character are
/// skipped. Throws FileError with the file's name, and the line's number where there is one, when the file is missing,
/// holds no line or more than max_bytes, or when a line is not UTF-8, has no tab, or a label that is not a finite
/// number.
///
///     const auto [texts, labels] = text::read_tsv("train.tsv", {.shuffle = true});
LabelledText read_tsv(const std::string& path, const ReadOptions& options = {});

}  // namespace cornu::text

#pragma once
// Internal: what stands in a .bin file of fastText.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/explore/vectors/read_vectors.hpp>
#include <cornu/framework/explore/vectors/subwords.hpp>
#include <cornu/framework/explore/word_index.hpp>
#include <cornu/framework/formats/mapped_file.hpp>

namespace cornu::explore {

struct FastTextFile {
  /// A word of the file; of those that are equal once they are UTF-8, the first.
  struct Entry {
    std::int64_t row;        ///< in the matrix
    std::string_view bytes;  ///< in the file, of which fastText makes n-grams
  };

  formats::SharedFile file;
  std::string path;
  SubwordOptions subwords;
  /// Older versions made n-grams of "</s>", which stands for the end of a line, too.
  bool is_old = false;
  WordIndex words;
  std::vector<Entry> entries;  ///< one for each of the words
  std::int64_t width = 0;
  std::size_t matrix = 0;         ///< where its numbers begin: a row a word, then a row a bucket
  std::int64_t first_bucket = 0;  ///< the row of bucket 0
};

/// Throws FileError as read_fasttext does.
FastTextFile open_fasttext(const std::string& path, BadUtf8 on_bad_utf8);

}  // namespace cornu::explore

#pragma once
// Internal: the vectors that a file gives, one after the other.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include <cornu/framework/explore/vectors/growing_memory.hpp>
#include <cornu/framework/explore/vectors/read_vectors.hpp>
#include <cornu/framework/explore/word_index.hpp>
#include <cornu/framework/formats/input_file.hpp>

namespace cornu::explore {

/// The word as on_bad_utf8 wants it, or nothing when it is to be refused.
std::optional<std::string> decoded(std::string_view word, BadUtf8 on_bad_utf8);

/// Whether all are finite.
bool are_finite(const float* numbers, std::int64_t count);

/// Copies the numbers whose bytes these are, which need not lie where a number can be read; whether all are finite.
bool copy_finite(const char* bytes, float* to, std::int64_t count);

/// Words and vectors that are kept. Their memory grows as they come.
class VectorRows {
 public:
  /// `wanted` must outlive it; null for all words.
  VectorRows(std::int64_t width, const std::vector<std::string>* wanted);

  std::int64_t width() const { return width_; }
  std::int64_t size() const { return std::ssize(index_.words()); }
  /// Takes memory for so many rows, or for as many as there are wanted words.
  void reserve(std::int64_t rows);
  /// Will be asked for that word soon.
  void expect(std::string_view word) const;
  /// Where the vector of that word goes, which must be finite; null when it is not kept.
  float* add(std::string word);
  EmbeddingTable finish();

 private:
  void resize(std::int64_t rows);

  std::int64_t width_, capacity_ = 0;
  bool keeps_all_;
  std::unordered_set<std::string_view> wanted_;
  WordIndex index_;
  GrowingMemory<float> numbers_;
};

}  // namespace cornu::explore

#include <cornu/framework/explore/vectors/fasttext.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/explore/vectors/fasttext_file.hpp>
#include <cornu/framework/explore/vectors/vector_rows.hpp>

namespace cornu::explore {

namespace {

constexpr std::string_view end_of_line = "</s>";

}  // namespace

struct FastText::Model : FastTextFile {
  // The rows of the matrix whose mean is the word's vector; none for an unknown word without n-grams.
  std::vector<std::int64_t> rows_of(std::string_view word) const {
    std::vector<std::int64_t> rows;
    if (const auto place = words.find(word)) {
      const Entry& entry = entries[static_cast<std::size_t>(*place)];
      rows.push_back(entry.row);
      word = entry.bytes;
      if (word == end_of_line && !is_old) return rows;
    }
    for (const std::int64_t bucket : subword_buckets(word, subwords)) rows.push_back(first_bucket + bucket);
    return rows;
  }

  void mean_of(const std::vector<std::int64_t>& summed, std::string_view word, float* to) const {
    std::fill_n(to, width, 0.f);
    for (const std::int64_t row : summed) add_row(row, to);
    const float share = summed.empty() ? 0 : 1 / static_cast<float>(summed.size());
    for (std::int64_t i = 0; i < width; ++i) to[i] *= share;
    if (!are_finite(to, width))
      throw FileError("FastText", fmt::format("'{}': the vector of \"{}\" is not finite", path, shown(word, 40)));
  }

  // The numbers of the file need not lie where a float can be read.
  void add_row(std::int64_t row, float* to) const {
    const std::byte* from = file->bytes().data() + matrix + static_cast<std::size_t>(row * width) * sizeof(float);
    for (std::int64_t i = 0; i < width; ++i, from += sizeof(float)) {
      float number = 0;
      std::memcpy(&number, from, sizeof(number));
      to[i] += number;
    }
  }
};

const std::vector<std::string>& FastText::words() const { return model_->words.words(); }

bool FastText::contains(std::string_view word) const { return model_->words.find(word).has_value(); }

std::int64_t FastText::dimension() const { return model_->width; }

Tensor FastText::vector(std::string_view word) const {
  Tensor result = Tensor::uninitialized({model_->width}, float32);
  model_->mean_of(model_->rows_of(word), word, result.mutable_data<float>());
  return result;
}

EmbeddingTable FastText::table() const { return table(words()); }

EmbeddingTable FastText::table(const std::vector<std::string>& words) const {
  VectorRows rows(model_->width, nullptr);
  rows.reserve(std::ssize(words));
  for (const std::string& word : words)
    if (const auto summed = model_->rows_of(word); !summed.empty())
      if (float* const to = rows.add(word)) model_->mean_of(summed, word, to);
  return rows.finish();
}

FastText read_fasttext(const std::string& path, BadUtf8 on_bad_utf8) {
  static const std::string name = "read_fasttext";
  const ErrorScope scope(name);
  return FastText(std::make_shared<const FastText::Model>(FastText::Model{open_fasttext(path, on_bad_utf8)}));
}

}  // namespace cornu::explore

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
  // Puts the vector of a word there; zeros for an unknown word without n-grams, of which it answers false.
  bool put_vector(std::string_view word, float* to) const {
    std::fill_n(to, width, 0.f);
    const std::int64_t count = add_rows(word, to);
    const float share = count == 0 ? 0 : 1 / static_cast<float>(count);
    for (std::int64_t i = 0; i < width; ++i) to[i] *= share;
    if (!are_finite(to, width))
      throw FileError("FastText", fmt::format("'{}': the vector of \"{}\" is not finite", path, shown(word, 40)));
    return count > 0;
  }

  // Adds the rows of the matrix whose mean is the word's vector; answers how many.
  std::int64_t add_rows(std::string_view word, float* to) const {
    std::int64_t count = 0;
    const auto add = [&](std::int64_t row) {
      add_row(row, to);
      ++count;
    };
    if (const auto place = words.find(word)) {
      const Entry& entry = entries[static_cast<std::size_t>(*place)];
      add(entry.row);
      word = entry.bytes;
      if (word == end_of_line && !is_old) return count;
    }
    for_each_subword(word, subwords, [&](std::int64_t bucket) { add(first_bucket + bucket); });
    return count;
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
  model_->put_vector(word, result.mutable_data<float>());
  return result;
}

EmbeddingTable FastText::table() const { return table(words()); }

EmbeddingTable FastText::table(const std::vector<std::string>& words) const {
  VectorRows rows(model_->width, nullptr);
  rows.reserve(std::ssize(words));
  std::vector<float> vector(static_cast<std::size_t>(model_->width));
  for (const std::string& word : words)
    if (model_->put_vector(word, vector.data()))
      if (float* const to = rows.add(word)) std::copy(vector.begin(), vector.end(), to);
  return rows.finish();
}

FastText read_fasttext(const std::string& path, BadUtf8 on_bad_utf8) {
  static const std::string name = "read_fasttext";
  const ErrorScope scope(name);
  return FastText(detail::Shared<const FastText::Model>::make(FastText::Model{open_fasttext(path, on_bad_utf8)}));
}

}  // namespace cornu::explore

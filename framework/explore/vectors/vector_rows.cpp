#include <cornu/framework/explore/vectors/vector_rows.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/formats/huge_pages.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::explore {

namespace {

constexpr std::int64_t most_words = 1 << 20;  // that memory is taken for because a file says so

constexpr std::uint32_t sign_bit = 0x80000000;

// Has the sign's bit where a number is not finite: all bits of its exponent are set, and 1 more carries into that
// place.
std::uint32_t carry_of(float number) {
  constexpr std::uint32_t exponent = 0x7F800000, lowest_bit = 0x00800000;
  return (std::bit_cast<std::uint32_t>(number) & exponent) + lowest_bit;
}

void free_block(detail::Storage* storage) {
  std::free(storage->owner);
  delete storage;
}

}  // namespace

std::optional<std::string> decoded(std::string_view word, BadUtf8 on_bad_utf8) {
  if (on_bad_utf8 == BadUtf8::keep || find_invalid_utf8(word) == std::string_view::npos) return std::string(word);
  if (on_bad_utf8 == BadUtf8::refuse) return std::nullopt;
  std::string text;
  for (const std::string& character : utf8_characters(word)) text += character;
  return text;
}

bool are_finite(const float* numbers, std::int64_t count) {
  std::uint32_t carried = 0;
  for (std::int64_t i = 0; i < count; ++i) carried |= carry_of(numbers[i]);
  return (carried & sign_bit) == 0;
}

bool copy_finite(const char* bytes, float* to, std::int64_t count) {
  std::uint32_t carried = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    float number;
    std::memcpy(&number, bytes + static_cast<std::size_t>(i) * sizeof(number), sizeof(number));
    to[i] = number;
    carried |= carry_of(number);
  }
  return (carried & sign_bit) == 0;
}

VectorRows::VectorRows(std::int64_t width, const std::vector<std::string>* wanted)
    : width_(width), keeps_all_(wanted == nullptr) {
  if (wanted) wanted_.insert(wanted->begin(), wanted->end());
}

void VectorRows::reserve(std::int64_t rows) {
  const std::int64_t most = keeps_all_ ? rows : std::min(rows, std::ssize(wanted_));
  index_.reserve(std::min(most, most_words));
  if (most > capacity_) resize(most);
}

void VectorRows::expect(std::string_view word) const {
  if (keeps_all_) index_.expect(word);
}

float* VectorRows::add(std::string word) {
  if (!keeps_all_ && !wanted_.contains(word)) return nullptr;
  if (!index_.add_new(std::move(word))) return nullptr;
  if (size() > capacity_) resize(2 * size());
  return numbers_.get() + (size() - 1) * width_;
}

EmbeddingTable VectorRows::finish() {
  resize(size());
  auto storage = std::make_unique<detail::Storage>();
  storage->bytes = reinterpret_cast<std::byte*>(numbers_.get());
  storage->owner = numbers_.get();
  storage->capacity = static_cast<std::size_t>(size() * width_) * sizeof(float);
  storage->release = free_block;
  const Shape shape{size(), width_};
  numbers_.release();
  const Tensor vectors = detail::tensor_over(storage.release(), shape, float32);
  return EmbeddingTable(vectors, detail::Shared<const WordIndex>::make(std::move(index_)));
}

void VectorRows::resize(std::int64_t rows) {
  std::size_t numbers = 0;
  if (__builtin_mul_overflow(static_cast<std::size_t>(rows), static_cast<std::size_t>(width_), &numbers))
    throw std::bad_alloc();
  numbers_.resize(numbers);
  if (rows > capacity_) formats::prefer_huge_pages(numbers_.get(), numbers * sizeof(float));
  capacity_ = rows;
}

}  // namespace cornu::explore

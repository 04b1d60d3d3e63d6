#include <cornu/framework/text/hash.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <set>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;
using text::Salt;

TEST_CASE("hash: words of any length have Keras's bins, with a salt too") {
  const testing::Fixture expected("hashing");
  const std::int64_t large = (std::int64_t{1} << 62) + 1;
  std::string digits;
  while (digits.size() < 200) digits += "0123456789";
  const Tensor lengths = expected.tensor("lengths");
  for (std::int64_t i = 0; i < lengths.size(); ++i) {
    const std::string word = digits.substr(0, static_cast<std::size_t>(lengths.at<std::int32_t>(i)));
    CAPTURE(word);
    CHECK(text::hash(word, 8) == expected.tensor("words/8").at<std::int64_t>(i));
    CHECK(text::hash(word, large) == expected.tensor("words/large").at<std::int64_t>(i));
    CHECK(text::hash(word, 8, {.salt = Salt(3, -4)}) == expected.tensor("words/8/salt").at<std::int64_t>(i));
    CHECK(text::hash(word, large, {.salt = Salt(3, -4)}) == expected.tensor("words/large/salt").at<std::int64_t>(i));
  }
}

TEST_CASE("hash: SipHash-2-4 gives its authors' test vector") {
  // key 00 01 … 0f, message 00 01 … 0e: appendix A of the paper
  std::string message;
  for (char byte = 0; byte < 15; ++byte) message += byte;
  const Salt key(0x0706050403020100, 0x0F0E0D0C0B0A0908);
  CHECK(text::fingerprint(message, key) == 0xA129CA6149BE45E5);
}

TEST_CASE("hash: bytes beyond ASCII and zeros count") {
  CHECK(text::fingerprint("schön") != text::fingerprint("schon"));
  CHECK(text::fingerprint(std::string_view("a\0b", 3)) != text::fingerprint("a"));
  CHECK(text::fingerprint("\xFF") != text::fingerprint("\x7F"));
}

TEST_CASE("hash: the masked word has bin 0 alone") {
  std::set<std::int64_t> bins;
  for (int i = 0; i < 200; ++i) bins.insert(text::hash(std::to_string(i), 5, {.mask_value = ""}));
  CHECK(bins == std::set<std::int64_t>{1, 2, 3, 4});
  CHECK(text::hash("", 5, {.mask_value = ""}) == 0);
  CHECK(text::hash("cat", 1, {.mask_value = "dog"}) == 0);  // there is no other
  CHECK(text::hash("cat", 8, {.salt = 7}) == text::hash("cat", 8, {.salt = Salt(7, 7)}));
}

TEST_CASE("hash: refuses to choose among no bins") {
  CHECK_THROWS_WITH_AS(text::hash("a", 0), "[hash] num_bins must be 1 or more; got 0", ValueError);
  CHECK_THROWS_AS(text::hash("a", std::numeric_limits<std::int64_t>::min()), ValueError);
}

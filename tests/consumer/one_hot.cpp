// An embedding lookup is the product with a one-hot matrix: the same vectors, the same gradient, without the matrix.
#include <cornu/cornu.hpp>

#include <fmt/core.h>
#include <string>
#include <vector>

namespace ops = cornu::ops;
using cornu::Tensor;

int main() {
  const std::vector<std::string> objects{"cat", "dog", "snake", "dog", "mouse", "cat", "dog", "snake", "dog"};
  const auto unique = cornu::text::unique(objects);  // .values: cat, dog, snake, mouse, in order of appearance
  const Tensor ids = unique.indices;                 // (9,) int32: 0 1 2 1 3 0 1 2 1

  cornu::Variable m(Tensor({{1.f, 1.f}, {1.f, 2.f}, {2.f, 2.f}, {3.f, 3.f}}), {.name = "embeddings"});

  cornu::GradientTape tape({.persistent = true});
  const Tensor gathered = ops::gather(m, ids);  // (9, 2), and gathers rows without touching the rest of m
  const Tensor multiplied = ops::matmul(ops::one_hot(ids, unique.values.size()), m);  // (9, 2)
  const Tensor loss_gathered = ops::mean(ops::square(gathered - 1.f));
  const Tensor loss_multiplied = ops::mean(ops::square(multiplied - 1.f));

  const Tensor by_gather = tape.gradient(loss_gathered, m).to_dense();  // sparse rows until asked
  const Tensor by_matmul = tape.gradient(loss_multiplied, m).to_dense();
  fmt::print("{}\n{}\nequal: {} {}\n", gathered, by_gather, ops::array_equal(gathered, multiplied),
             ops::all_close(by_gather, by_matmul));
}

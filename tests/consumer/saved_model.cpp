// A model is saved, read again, and predicts the same: what takes libcornu_files and the libraries under it.
#include <cornu/cornu.hpp>

int main() {
  cornu::Sequential model{cornu::layers::Embedding(100, 4), cornu::layers::GlobalAveragePooling1D(),
                          cornu::layers::Dense(1)};
  model.build({cornu::None, 3});
  model.save("saved_model.keras");
  const cornu::Tensor ids({{1, 2, 3}, {4, 5, 6}});
  const auto read = cornu::load_model("saved_model.keras", {.memory_map = true});
  fmt::print("{}\n",
             model.predict(ids).to_vector<float>() == read->predict(ids).to_vector<float>() ? "the same" : "not");
}

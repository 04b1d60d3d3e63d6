// Texts, neighbours and pictures.
#include <cornu/framework/explore/embedding_table.hpp>

#include <cornu/framework/explore/pca.hpp>
#include <cornu/framework/explore/pretrained_table.hpp>
#include <cornu/framework/plot/image_grid.hpp>
#include <cornu/framework/plot/line_chart.hpp>
#include <cornu/framework/plot/scatter.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/text/encoders/subword_text_encoder.hpp>
#include <cornu/framework/text/pad_sequences.hpp>
#include <cornu/framework/text/skip_grams/skip_grams.hpp>
#include <cornu/framework/text/text_vectorization.hpp>
#include <cornu/framework/text/unique.hpp>
#include <functional>

#include "tests/failing_allocations/trial.hpp"
#include "tests/support/temporary_folder.hpp"

namespace cornu::testing {

namespace {

const std::vector<std::string> texts{"the cat sat on the mat", "the dog sat on the cat", "a bird flew over the house",
                                     "so what, said the bird"};
const std::vector<std::string> names{"one", "two", "three", "four", "five", "six"};

Tensor vectors() {
  random::set_seed(3);
  return random::normal({6, 4});
}

// A call that gives something, and changes nothing.
Case giving(const char* call, const char* name, const std::function<State()>& give) {
  return {call, name, [give] {
            const auto given = std::make_shared<State>();
            return Trial{[given, give] { *given = give(); }, {}, [given] { return *given; }};
          }};
}

State told(const explore::Neighbours& neighbours) {
  State state;
  for (const auto& [word, score] : neighbours) state.push_back(word + bits_of(Tensor(score)));
  return state;
}

void add_explore(std::vector<Case>& cases) {
  cases.push_back(giving("EmbeddingTable", "made", [] {
    const explore::EmbeddingTable table(names, vectors());
    return State{bits_of(table.vectors())};
  }));
  const auto with_table = [&](const char* name, auto ask) {
    cases.push_back(giving("EmbeddingTable", name, [ask] {
      static const explore::EmbeddingTable table(names, vectors());
      return ask(table);
    }));
  };
  using Table = explore::EmbeddingTable;
  with_table("most_similar", [](const Table& table) { return told(table.most_similar("two", {.top = 3})); });
  with_table("analogy", [](const Table& table) { return told(table.analogy("one", "two", "three")); });
  with_table("vector", [](const Table& table) { return State{bits_of(table.vector("six"))}; });
  cases.push_back(giving("pretrained_table", "", [] {
    random::set_seed(5);
    const explore::EmbeddingTable table(names, vectors());
    const auto found = explore::pretrained_table(table, {"", "[UNK]", "six", "two"});
    State state = found.missing;
    state.push_back(bits_of(found.table));
    return state;
  }));
  cases.push_back(giving("pca", "", [] {
    const explore::Pca found = explore::pca(vectors());
    return State{bits_of(found.components), bits_of(found.transform(vectors()))};
  }));
}

Case adapt_case() {
  return {"TextVectorization", "adapt", [] {
            const auto vectorize = std::make_shared<text::TextVectorization>();
            vectorize->adapt({"an older vocabulary"});
            const auto tell = [vectorize] {
              State state = vectorize->get_vocabulary();
              state.push_back(bits_of((*vectorize)(texts)));
              return state;
            };
            return Trial{[vectorize] { vectorize->adapt(texts); }, tell, tell};
          }};
}

State told(const std::vector<std::int32_t>& ids) { return {bits_of(Tensor(ids))}; }

void add_texts(std::vector<Case>& cases) {
  cases.push_back(adapt_case());
  for (const char* const mode : {"int", "multi_hot", "tf_idf"})
    cases.push_back(giving("TextVectorization", mode, [mode] {
      text::TextVectorization vectorize({.ngrams = 2, .output_mode = mode});
      vectorize.adapt(texts);
      return State{bits_of(vectorize(texts))};
    }));
  cases.push_back(giving("SubwordTextEncoder", "build, encode, decode", [] {
    const auto encoder = text::SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 270});
    State state = encoder.subwords();
    for (const std::string& one : texts)
      state.push_back(encoder.decode(encoder.encode(one)) + told(encoder.encode(one))[0]);
    return state;
  }));
  cases.push_back(giving("pad_sequences", "", [] {
    return State{bits_of(text::pad_sequences<std::int32_t>({{1, 2, 3}, {4}, {}}))};
  }));
  cases.push_back(giving("unique", "", [] {
    const auto found = text::unique({"b", "a", "b"});
    State state = found.values;
    state.push_back(bits_of(found.indices));
    return state;
  }));
  for (const std::int64_t threads : {0, 2})
    cases.push_back(giving("SkipGrams", threads == 0 ? "here" : "by threads", [threads] {
      std::vector<std::int32_t> ids;
      for (std::int32_t i = 0; i < 400; ++i) ids.push_back(i * i % 23);
      text::SkipGrams pairs(ids, {.batch_size = 64, .chunk_size = 60, .epochs = 2, .threads = threads, .seed = 7});
      State state;
      while (const auto batch = pairs.next()) state.push_back(bits_of(batch->target) + bits_of(batch->context));
      return state;
    }));
}

void add_plots(std::vector<Case>& cases) {
  const auto add = [&](const char* call, auto draw) {
    cases.push_back({call, "over an older picture", [draw] {
                       const auto folder = std::make_shared<TemporaryFolder>();
                       folder->write("a.svg", "older");
                       const auto tell = [folder] { return files_in(folder->path("")); };
                       return Trial{[folder, draw] { draw(folder->path("a.svg")); }, tell, tell};
                     }});
  };
  add("line_chart", [](const std::string& path) {
    plot::line_chart(path, {{"loss", {3, 2, 1.5}}, {"val_loss", {3.5, 2.7, 2.2}}}, {.title = "a", .x_label = "epoch"});
  });
  add("scatter", [](const std::string& path) {
    plot::scatter(path, Tensor({{1.F, 2.F}, {3.F, 4.F}, {0.F, 1.F}}), {.labels = {"a", "b", "c"}, .title = "b"});
  });
  add("image_grid", [](const std::string& path) {
    plot::image_grid(path, Tensor::ones({4, 8, 8}), {.titles = {"a", "b", "c", "d"}});
  });
}

}  // namespace

std::vector<Case> text_cases() {
  std::vector<Case> cases;
  add_explore(cases);
  add_texts(cases);
  add_plots(cases);
  return cases;
}

}  // namespace cornu::testing

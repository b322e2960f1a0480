#include <diamond/core/error.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/pipeline/stored_model.h>
#include <diamond/registry/model_registry.h>

#include <iostream>

int main(int argc, char** argv) try {
  using namespace diamond;
  const ModelRegistry history(argc > 1 ? argv[1] : "/var/lib/diamond/models");
  const Manifest manifest = history.manifest(history.resolve("champion"));
  const auto model = load_model(history, builtin_estimators(), manifest);
  const Diamond stone{.carat = 1.0,
                      .cut = Cut::ideal,
                      .color = Color::E,
                      .clarity = Clarity::VVS1,
                      .depth = 61.0,
                      .table = 55.0,
                      .x = 6.5,
                      .y = 6.5,
                      .z = 4.0};
  std::cout << manifest.id << ": " << model->predict(stone) << " USD\n";
} catch (const diamond::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}

#include <diamond/models/row_share.h>

#include <utility>

namespace diamond {

RowShare::RowShare(const ShareFiles& files, Collective& collective,
                   std::optional<std::filesystem::path> cache)
    : train_(files.train()),
      held_out_file_(files.held_out()),
      held_out_([this] { return held_out_file_.read(); }),
      sample_([file = files.sample()] { return RowStore(file).read(); }),
      collective_(collective),
      cache_(std::move(cache)) {}

std::size_t RowShare::batches(Rows rows) const {
  return own(train_).size() + (rows == Rows::all ? own(held_out_file_).size() : 0);
}

Table RowShare::batch(std::size_t batch) const {
  const Range of_train = own(train_);
  return batch < of_train.size()
             ? train_.batch(of_train.first + batch)
             : held_out_file_.batch(own(held_out_file_).first + batch - of_train.size());
}

RowShare::Range RowShare::own(const RowStore& store) const {
  const std::size_t rank = collective_.rank();
  const std::size_t size = collective_.size();
  return {store.batches() * rank / size, store.batches() * (rank + 1) / size};
}

}  // namespace diamond

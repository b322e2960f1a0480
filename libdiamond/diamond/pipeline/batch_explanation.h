// Explanations for whole price lists, of any length.
#pragma once

#include <diamond/models/model.h>
#include <diamond/pipeline/batch_prediction.h>
#include <diamond/trust/appraisal.h>

#include <cstdint>
#include <string>

namespace diamond {

enum class ExplanationForm : std::uint8_t {
  csv,        // the file's lines with further columns
  json_lines  // an object for each stone, as POST /predict?explain=true answers it
};

/// A model with what its prices are looked at with. The parts outlive it.
struct BatchExplainer {
  const Model& model;
  const Explainer& explainer;
  const Appraiser& appraiser;
  std::string model_text;  // see appraisal.h
};

/// Explains all stones of a file, on all processors, in its order and with bounded memory, as
/// price_csv prices them. As CSV there are, behind the columns of a price, base_value, effect_carat
/// … effect_z (USD: base_value and the effects add up to predicted_value, but for what binary
/// numbers make of cents) and warnings; the cells of a row without a price are empty. As JSON lines
/// such a row is {"error": why}. Throws what price_csv throws.
BatchSummary explain_csv(CsvStream& stones, const BatchExplainer& explainer, ExplanationForm form,
                         const Write& write);

}  // namespace diamond

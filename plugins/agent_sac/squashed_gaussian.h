/// The tanh-Gaussian policy head: from one row of network output to an action, its log-probability, and back.
///
/// The output [2 m] holds the means mu and the raw log deviations. log sigma = -5 + 3.5 (tanh(raw) + 1) lies in
/// [-5, 2]; x = mu + sigma eps; a = tanh(x) in (-1, 1). log pi(a) is that of a, with the change of variables
/// written as 2 (log 2 - x - softplus(-2x)) (Haarnoja et al., 2018, appendix C, in its stable form).
#pragma once

#include <cmath>
#include <cstdint>

namespace weft::sac {

/// The log deviation for a raw output.
inline float log_deviation(float raw) { return -5.0f + 3.5f * (std::tanh(raw) + 1.0f); }

inline float softplus(float x) { return (x > 0.0f ? x : 0.0f) + std::log1p(std::exp(-std::fabs(x))); }

/// Writes the action [m] for `noise` [m] (standard normal), and returns its log pi.
inline float sample_action(int64_t m, const float* output, const float* noise, float* action) {
  constexpr float log_2 = 0.69314718f, half_log_two_pi = 0.91893853f;
  float log_probability = 0.0f;
  for (int64_t i = 0; i < m; ++i) {
    const float log_sigma = log_deviation(output[m + i]);
    const float x = output[i] + std::exp(log_sigma) * noise[i];
    action[i] = std::tanh(x);
    log_probability += -0.5f * noise[i] * noise[i] - log_sigma - half_log_two_pi;
    log_probability -= 2.0f * (log_2 - x - softplus(-2.0f * x));
  }
  return log_probability;
}

/// Writes the gradient [2 m] of a loss with respect to the output, from its gradients with respect to log pi and to the
/// action, `action_gradient` [m]; noise and action as in sample_action.
inline void sample_gradient(int64_t m, const float* output, const float* noise, const float* action,
                            float log_probability_gradient, const float* action_gradient, float* output_gradient) {
  for (int64_t i = 0; i < m; ++i) {
    const float squashed = std::tanh(output[m + i]);
    const float sigma = std::exp(-5.0f + 3.5f * (squashed + 1.0f));
    const float x_gradient =
        2.0f * log_probability_gradient * action[i] + action_gradient[i] * (1.0f - action[i] * action[i]);
    output_gradient[i] = x_gradient;
    output_gradient[m + i] =
        (x_gradient * sigma * noise[i] - log_probability_gradient) * 3.5f * (1.0f - squashed * squashed);
  }
}

}  // namespace weft::sac

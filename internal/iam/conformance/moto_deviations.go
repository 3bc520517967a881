// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package conformance

// motoDeviations are the behaviours that moto 5.2.1 is known not to have.
var motoDeviations = map[string]string{}

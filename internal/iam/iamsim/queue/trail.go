// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"encoding/json"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/calls"
)

// Trail is the event that EventBridge makes of what CloudTrail records of a call to IAM. Of the parameters it has those
// that are texts. Sources: CloudTrail user guide, "CloudTrail record contents"; EventBridge user guide, "AWS service
// events delivered via AWS CloudTrail".
func Trail(call calls.Call, region string) string {
	parameters := map[string]string{}
	for name := range call.Params {
		if !strings.Contains(name, ".") {
			parameters[lowerFirst(name)] = call.Param(name)
		}
	}
	at := call.Time.UTC().Format(time.RFC3339)
	detail := map[string]any{
		"eventVersion": "1.11", "eventTime": at, "eventSource": "iam.amazonaws.com", "eventName": call.Action,
		"awsRegion": region, "sourceIPAddress": "203.0.113.7", "userAgent": call.UserAgent,
		"userIdentity":      map[string]string{"arn": call.CallerARN, "accountId": call.Account},
		"requestParameters": parameters, "readOnly": !call.Write, "eventType": "AwsApiCall",
		"recipientAccountId": call.Account, "managementEvent": true,
	}
	if call.ErrorCode != "" {
		detail["errorCode"] = call.ErrorCode
	}
	text, err := json.Marshal(map[string]any{
		"version": "0", "id": "00000000-0000-4000-a000-000000000000", "detail-type": "AWS API Call via CloudTrail",
		"source": "aws.iam", "account": call.Account, "time": at, "region": region, "resources": []string{}, "detail": detail,
	})
	if err != nil { // nothing of it can fail
		return err.Error()
	}
	return string(text)
}

func lowerFirst(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}
